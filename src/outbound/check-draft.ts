import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { DraftCheck, ReferralOfferEvent, SubmitReferralRequest } from '../wire/generated/types.js'
import { validateReferralOfferBody } from '../wire/generated/validators.js'
import { pointersOf } from '../wire/schema-faults.js'
import { checkAgreement } from '../policy/agreement-gate.js'
import { grantFaults } from '../policy/consent-gate.js'
import { evidenceFaults } from '../policy/evidence-fault.js'
import type { Ruleset } from '../policy/identity/ruleset-version.js'
import { initialsFault } from '../policy/initials-fault.js'
import { leaveOutTexts } from '../policy/leave-out-texts.js'
import type { Refusal } from '../policy/refusal.js'
import { templateAdvice } from '../policy/template-advice.js'
import { templateFaults } from '../policy/template-gate.js'
import { checkTexts } from './check-texts.js'
import { pickDesk, type DeskChoice } from './choose-desk.js'
import { closedDeskAdvice } from './closed-desk-advice.js'
import { placeInChain } from './continue-referral.js'
import { isUrgent } from './sign-event.js'
import type { SubmitDeps } from './submit-deps.js'
import { newPersonCode, writeReferral } from './submit-offer.js'
import { getPeerFor, newFrame } from './write-event.js'

type DraftFault = DraftCheck['faults'][number]

/** What is to be checked: as it would be submitted, or without a grant where none can be had. */
export type CheckedDraft = Omit<SubmitReferralRequest, 'grant'> & Partial<Pick<SubmitReferralRequest, 'grant'>>

/**
 * Everything that would keep a draft from being sent, at once, and what experience says of it; nothing is kept or sent. The
 * same functions as in the gates, and the same choice of a desk. Pointers are those of the request.
 */
export async function checkDraft(deps: SubmitDeps, draft: CheckedDraft): Promise<DraftCheck> {
  const thread = newUuid(deps.random)
  const faults: DraftFault[] = []
  const now = deps.clock.now()
  const chain = await placeInChain(deps, draft, thread).catch((error: unknown) => {
    faults.push(...faultsOf(refusalOf(error)))
    return { root: draft.referral.parentReferralId ?? thread, custody: undefined }
  })
  const { passes: doTextsPass, ...texts } = checkTexts(deps.ruleset, draft, draft)
  try {
    const peer = getPeerFor(deps.directory, draft.to, 'referral.offer')
    const desk = await deskOf(deps, draft)
    faults.push(...desk.faults)
    const personCode = newPersonCode(deps.random)
    const referral = writeReferral(draft, { thread, root: chain.root, personCode, now, peer })
    if (draft.grant === undefined) {
      faults.push(...templateFaults({ referral, ...custodyOf(chain) }).flatMap(faultsOf))
      return { passes: false, faults: [...faults, ...texts.faults], leftOut: texts.leftOut, advice: [] }
    }
    const grant = { ...draft.grant, id: newUuid(deps.random), recipient: draft.to, personCode }
    const event: ReferralOfferEvent = {
      ...newFrame(deps, peer, 'referral.offer', { thread, n: 1, prev: null, seen: null, grant: grant.id }),
      type: 'referral.offer',
      body: { referral, grant, ...custodyOf(chain) },
    }
    const countries = { sender: deps.country, recipient: peer.row.country }
    const nowSeconds = toSeconds(now)
    const agreement = checkAgreement(event, peer.agreementAt(nowSeconds))
    const refusals = [
      ...(agreement === undefined ? [] : [agreement]),
      ...(deps.mayInitialsLeave ? [] : [initialsFault(event) ?? []].flat()),
      ...evidenceFaults(draft.grant, '/body/grant/evidence'),
      ...templateFaults(event.body),
      ...grantFaults({ body: event.body, grant: event.grant, recipient: draft.to, countries, nowSeconds }),
    ]
    faults.push(...refusals.flatMap(faultsOf))
    const short = draft.leaveOut === true ? shortFaults(deps.ruleset, event) : []
    const isHurried = isUrgent('referral.offer', referral.urgency)
    const advice = [
      ...(isHurried ? await closedDeskAdvice(deps.contacts, { to: draft.to, choice: desk.choice, nowSeconds }) : []),
      ...templateAdvice(event.body, nowSeconds).map(({ code, pointer }) => ({ code, pointer: ofRequest(pointer) })),
    ]
    const passes = faults.length === 0 && short.length === 0 && doTextsPass
    return { passes, faults: [...faults, ...texts.faults, ...short], leftOut: texts.leftOut, advice }
  } catch (error) {
    faults.push(...faultsOf(refusalOf(error)).map((fault) => ({ ...fault, pointer: '/to' })))
    return { passes: false, faults: [...faults, ...texts.faults], leftOut: texts.leftOut, advice: [] }
  }
}

function custodyOf({
  custody,
}: {
  readonly custody: ReferralOfferEvent['body']['custody']
}): Pick<ReferralOfferEvent['body'], 'custody'> {
  return custody === undefined ? {} : { custody }
}

/** The desk that was named, or that the node would choose. Who overrides a stale one is of no matter here. */
async function deskOf(
  deps: SubmitDeps,
  { to, desk, overrideStale, referral }: CheckedDraft,
): Promise<{ readonly choice: DeskChoice | undefined; readonly faults: readonly DraftFault[] }> {
  const wish = {
    ...(desk === undefined ? {} : { desk }),
    ...(overrideStale === undefined ? {} : { override: { reason: overrideStale, by: 'check' } }),
    isUrgent: isUrgent('referral.offer', referral.urgency),
    nowSeconds: toSeconds(deps.clock.now()),
  }
  return pickDesk(deps.contacts, to, referral.request.primaryType, wish).then(
    (choice) => ({ choice, faults: [] }),
    (error: unknown) => {
      const faults = faultsOf(refusalOf(error)).map((fault) => ({ ...fault, pointer: '/desk' }))
      return { choice: undefined, faults }
    },
  )
}

/** @throws the error itself where it is no refusal */
function refusalOf(error: unknown): Refusal {
  if (error instanceof ExchangeError) return { code: error.code, details: error.details }
  throw error
}

/** A refusal by its places, as the answer tells it. */
export function faultsOf({ code, details }: Refusal): readonly DraftFault[] {
  const pointers = Array.isArray(details['pointers']) ? details['pointers'].map(String) : ['/']
  const needed = code === 'purpose-not-granted' && Array.isArray(details['purposes']) ? details['purposes'] : []
  const { agreed, exceeding } = details
  const isTold = code === 'onward-not-allowed' && Array.isArray(agreed) && Array.isArray(exceeding)
  const more = {
    ...(needed.length === 0 ? {} : { purposes: needed }),
    ...(isTold ? { agreed: agreed.map(String), exceeding: exceeding.map(String) } : {}),
  }
  return pointers.map((pointer) => ({ code, pointer: ofRequest(pointer), level: 'deny', ...more }))
}

/** A text without what is left out may be too short for its schema. */
function shortFaults(ruleset: Ruleset, event: ReferralOfferEvent): readonly DraftFault[] {
  const { event: rest } = leaveOutTexts(event, ruleset)
  if (validateReferralOfferBody(rest.body)) return []
  return pointersOf(validateReferralOfferBody.errors).map((pointer) => ({
    code: 'schema-invalid',
    pointer,
    level: 'deny',
  }))
}

function ofRequest(pointer: string): string {
  return pointer.startsWith('/body/') ? pointer.slice('/body'.length) : pointer
}
