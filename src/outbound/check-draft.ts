import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import type { DraftCheck, ReferralOfferEvent } from '../wire/generated/types.js'
import { checkAgreement } from '../policy/agreement-gate.js'
import { grantFaults } from '../policy/consent-gate.js'
import { freeTextsOf } from '../policy/free-texts.js'
import { findIdentityData } from '../policy/identity/find-identity-data.js'
import type { Refusal } from '../policy/refusal.js'
import { templateAdvice } from '../policy/template-advice.js'
import { templateFaults } from '../policy/template-gate.js'
import { placeInChain } from './continue-referral.js'
import type { SubmitDeps } from './submit-deps.js'
import { newPersonCode, writeReferral, type OfferDraft } from './submit-offer.js'
import { getPeerFor, newFrame } from './write-event.js'

type DraftFault = DraftCheck['faults'][number]

/**
 * Everything that would keep a draft from being sent, at once, and what experience says of it; nothing is kept or sent. The
 * same functions as in the gates. Pointers are those of the request.
 */
export async function checkDraft(deps: SubmitDeps, draft: OfferDraft): Promise<DraftCheck> {
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
      ...templateFaults(event.body),
      ...grantFaults({ body: event.body, grant: event.grant, recipient: draft.to, countries, nowSeconds }),
    ]
    faults.push(...refusals.flatMap(faultsOf), ...identityFaults(event))
    const advice = templateAdvice(event.body, nowSeconds).map(({ code, pointer }) => ({
      code,
      pointer: ofRequest(pointer),
    }))
    return { passes: faults.every(({ level }) => level === 'warn'), faults, advice }
  } catch (error) {
    faults.push(...faultsOf(refusalOf(error)).map((fault) => ({ ...fault, pointer: '/to' })))
    return { passes: false, faults, advice: [] }
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

function identityFaults(event: ReferralOfferEvent): readonly DraftFault[] {
  return freeTextsOf(event).flatMap(({ pointer, text }) =>
    findIdentityData(text).map(({ rule, level, start, end }) => ({
      code: 'identity-found',
      pointer: ofRequest(pointer),
      level,
      rule,
      start,
      end,
    })),
  )
}

function ofRequest(pointer: string): string {
  return pointer.startsWith('/body/') ? pointer.slice('/body'.length) : pointer
}
