import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { newUuid } from '../base/ids.js'
import { readAgreement, signAgreement } from '../agreements/agreement-text.js'
import { templates, type TemplateName } from '../agreements/templates.js'
import { findTermFault } from '../referral/agreement-terms.js'
import { lastAccepted } from '../referral/relationship-fold.js'
import type { AgreementRow } from '../store/rows.js'
import type { Agreement, AgreementDeclineBody, AgreementSuspendBody } from '../wire/generated/types.js'
import type { Submitted, SubmitDeps } from './submit-deps.js'
import { submitRelationship } from './submit-relationship.js'

/** What a person proposes; parties, id and what it replaces are the node's to fill in. */
export type AgreementTerms = Omit<Agreement, 'v' | 'id' | 'parties' | 'replaces'>

const secondsPerDay = 86_400

/** The terms of a template between two nodes, both of which may send. */
export function termsOf(
  template: TemplateName,
  between: readonly [string, string],
  { from, days }: { readonly from: number; readonly days?: number },
): AgreementTerms {
  const { validDays, clauses, ...terms } = templates[template]
  return {
    ...terms,
    template,
    validFrom: from,
    validUntil: from + (days ?? validDays) * secondsPerDay,
    clauses: clauses.map((clause) => ({ ...clause, senders: [...between].sort() })),
  }
}

/**
 * Proposes an agreement to a peer: a first one, or one in the place of the last that was accepted.
 *
 * @param replaces the agreement that the terms were made from: they are not proposed in the place of another one
 * @throws ExchangeError agreement-invalid with the `member` at fault; agreement-not-open where `replaces` is not the one
 * accepted last; and the codes of submitRelationship
 */
export async function proposeAgreement(
  deps: SubmitDeps,
  node: string,
  terms: AgreementTerms,
  replaces?: string,
): Promise<Submitted & { readonly agreement: string }> {
  const id = newUuid(deps.random)
  let digest = ''
  const submitted = await submitRelationship(deps, node, (loaded) => {
    const last = lastAccepted(loaded?.view.agreements ?? [])
    if (replaces !== undefined && replaces !== last)
      throw new ExchangeError('agreement-not-open', { agreement: replaces })
    const [low = '', high = ''] = [deps.self, node].sort()
    const agreement: Agreement = { ...terms, v: 1, id, parties: [low, high], replaces: last }
    const fault = findTermFault(agreement, [deps.self, node], last)
    const member = fault ?? (agreement.validUntil <= toSeconds(deps.clock.now()) ? 'validUntil' : undefined)
    if (member !== undefined) throw new ExchangeError('agreement-invalid', { member, pointers: [`/${member}`] })
    const text = signAgreement(deps.keys.signer(), agreement)
    digest = readAgreement(text).digest
    return { type: 'agreement.propose', body: { agreement: text } }
  })
  return { ...submitted, agreement: digest }
}

/** Signs what the other side proposed: from now on it counts here. @throws ExchangeError agreement-not-found, agreement-not-open */
export async function acceptAgreement(deps: SubmitDeps, digest: string): Promise<Submitted> {
  const row = await getAgreement(deps, digest)
  if (row.validUntil <= toSeconds(deps.clock.now())) throw new ExchangeError('agreement-ended', { agreement: digest })
  const { agreement } = readAgreement(row.proposerJws)
  return submitRelationship(deps, row.peer, () => ({
    type: 'agreement.accept',
    body: { agreement: digest, signature: signAgreement(deps.keys.signer(), agreement) },
  }))
}

/** Declines what was proposed; who proposed it takes it back. @throws ExchangeError agreement-not-found, agreement-not-open */
export async function declineAgreement(
  deps: SubmitDeps,
  digest: string,
  reason: AgreementDeclineBody['reason'],
): Promise<Submitted> {
  const { peer } = await getAgreement(deps, digest)
  return submitRelationship(deps, peer, () => ({ type: 'agreement.decline', body: { agreement: digest, reason } }))
}

/** Nothing goes under the agreement until this node resumes it. @throws ExchangeError agreement-not-found, agreement-not-open */
export async function suspendAgreement(
  deps: SubmitDeps,
  digest: string,
  reason: AgreementSuspendBody['reason'],
): Promise<Submitted> {
  const { peer } = await getAgreement(deps, digest)
  return submitRelationship(deps, peer, () => ({ type: 'agreement.suspend', body: { agreement: digest, reason } }))
}

/** Ends a suspension of this node. @throws ExchangeError agreement-not-found, agreement-not-open */
export async function resumeAgreement(deps: SubmitDeps, digest: string): Promise<Submitted> {
  const { peer } = await getAgreement(deps, digest)
  return submitRelationship(deps, peer, () => ({ type: 'agreement.resume', body: { agreement: digest } }))
}

/** Gives one peer a contact record of ours that nobody else gets. */
export async function shareContact(deps: SubmitDeps, node: string, contact: string): Promise<Submitted> {
  return submitRelationship(deps, node, () => ({ type: 'contact.share', body: { contact } }))
}

async function getAgreement({ store }: SubmitDeps, digest: string): Promise<AgreementRow> {
  const row = await store.findAgreement(digest)
  if (row === undefined) throw new ExchangeError('agreement-not-found')
  return row
}
