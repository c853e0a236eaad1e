import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { DraftCheck, ReferralOfferEvent, SubmitReferralRequest } from '../wire/generated/types.js'
import { validateReferralOfferBody } from '../wire/generated/validators.js'
import { pointersOf } from '../wire/schema-faults.js'
import { checkAgreement } from '../policy/agreement-gate.js'
import { grantFaults } from '../policy/consent-gate.js'
import { freeTextsOf } from '../policy/free-texts.js'
import { doubtsIn, findInTexts } from '../policy/identity-firewall.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import { initialsFault } from '../policy/initials-fault.js'
import { leaveOutTexts } from '../policy/leave-out-texts.js'
import type { Refusal } from '../policy/refusal.js'
import { templateAdvice } from '../policy/template-advice.js'
import { templateFaults } from '../policy/template-gate.js'
import { placeInChain } from './continue-referral.js'
import type { SubmitDeps } from './submit-deps.js'
import { newPersonCode, writeReferral } from './submit-offer.js'
import { getPeerFor, newFrame } from './write-event.js'

type DraftFault = DraftCheck['faults'][number]

/**
 * Everything that would keep a draft from being sent, at once, and what experience says of it; nothing is kept or sent. The
 * same functions as in the gates. Pointers are those of the request.
 */
export async function checkDraft(deps: SubmitDeps, draft: SubmitReferralRequest): Promise<DraftCheck> {
  const thread = newUuid(deps.random)
  const faults: DraftFault[] = []
  const now = deps.clock.now()
  const chain = await placeInChain(deps, draft.referral.parentReferralId, draft.to, thread).catch((error: unknown) => {
    faults.push(...faultsOf(refusalOf(error)))
    return { root: draft.referral.parentReferralId ?? thread, custody: undefined }
  })
  try {
    const peer = getPeerFor(deps.directory, draft.to, 'referral.offer')
    const personCode = newPersonCode(deps.random)
    const grant = { ...draft.grant, id: newUuid(deps.random), recipient: draft.to, personCode }
    const referral = writeReferral(draft, { thread, root: chain.root, personCode, now, peer })
    const event: ReferralOfferEvent = {
      ...newFrame(deps, peer, { thread, n: 1, prev: null, seen: null, grant: grant.id }),
      type: 'referral.offer',
      body: { referral, grant, ...(chain.custody === undefined ? {} : { custody: chain.custody }) },
    }
    const countries = { sender: deps.country, recipient: peer.row.country }
    const nowSeconds = toSeconds(now)
    const agreement = checkAgreement(event, peer.agreementAt(nowSeconds))
    const refusals = [
      ...(agreement === undefined ? [] : [agreement]),
      ...(deps.mayInitialsLeave ? [] : [initialsFault(event) ?? []].flat()),
      ...templateFaults(event.body),
      ...grantFaults({ body: event.body, grant: event.grant, recipient: draft.to, countries, nowSeconds }),
    ]
    faults.push(...refusals.flatMap(faultsOf))
    const texts = textCheck(deps.ruleset, event, draft)
    const advice = templateAdvice(event.body, nowSeconds).map(({ code, pointer }) => ({
      code,
      pointer: ofRequest(pointer),
    }))
    const passes = faults.length === 0 && texts.passes
    return { passes, faults: [...faults, ...texts.faults], leftOut: texts.leftOut, advice }
  } catch (error) {
    faults.push(...faultsOf(refusalOf(error)).map((fault) => ({ ...fault, pointer: '/to' })))
    return { passes: false, faults, leftOut: [], advice: [] }
  }
}

/** @throws the error itself where it is no refusal */
function refusalOf(error: unknown): Refusal {
  if (error instanceof ExchangeError) return { code: error.code, details: error.details }
  throw error
}

function faultsOf({ code, details }: Refusal): readonly DraftFault[] {
  const pointers = Array.isArray(details['pointers']) ? details['pointers'].map(String) : ['/']
  return pointers.map((pointer) => ({ code, pointer: ofRequest(pointer), level: 'deny' }))
}

interface TextCheck {
  /** Whether the texts would go, with what the draft itself says of leaving out and of doubts. */
  readonly passes: boolean
  readonly faults: readonly DraftFault[]
  readonly leftOut: DraftCheck['leftOut']
}

/** What the identity firewall says of the texts, and what would be left of those that it denies. */
function textCheck(
  ruleset: Ruleset,
  event: ReferralOfferEvent,
  { leaveOut, acceptDoubts }: Pick<SubmitReferralRequest, 'leaveOut' | 'acceptDoubts'>,
): TextCheck {
  const faults = findInTexts(event, ruleset).map(({ pointer, rule, level, start, end }): DraftFault => {
    const code = level === 'deny' ? 'identity-found' : 'identity-doubtful'
    return { code, pointer: ofRequest(pointer), level, rule, start, end }
  })
  const { event: rest, findings } = leaveOutTexts(event, ruleset)
  const leftOut = freeTextsOf(rest)
    .filter(({ pointer }) => findings.some((finding) => finding.pointer === pointer))
    .map(({ pointer, text }) => ({ pointer: ofRequest(pointer), text }))
  const isDenied = leaveOut !== true && findings.length > 0
  const isDoubtful = acceptDoubts === undefined && doubtsIn(leaveOut === true ? rest : event, ruleset).length > 0
  const misfits = leaveOut === true && !validateReferralOfferBody(rest.body) ? validateReferralOfferBody.errors : []
  return {
    passes: !isDenied && !isDoubtful && misfits?.length === 0,
    faults: [
      ...faults,
      ...pointersOf(misfits).map((pointer): DraftFault => ({ code: 'schema-invalid', pointer, level: 'deny' })),
    ],
    leftOut,
  }
}

function ofRequest(pointer: string): string {
  return pointer.startsWith('/body/') ? pointer.slice('/body'.length) : pointer
}
