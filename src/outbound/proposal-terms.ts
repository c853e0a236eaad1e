import { toSeconds, type Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { readAgreement } from '../agreements/agreement-text.js'
import type { Store } from '../store/port.js'
import type { Agreement, ProposeAgreementRequest } from '../wire/generated/types.js'
import { clockToleranceSeconds } from '../wire/limits.js'
import { termsOf, type AgreementTerms } from './agree.js'

/** What a person asks to propose, as terms; and the agreement that they were made from. */
export interface ProposalTerms {
  readonly terms: AgreementTerms
  readonly replaces?: string
}

const secondsPerDay = 86_400

/** Members that go with the one that says where the terms come from. */
const companions = {
  template: ['validDays', 'document'],
  terms: [],
  amends: ['changes'],
  renews: ['validDays'],
} as const satisfies Partial<Record<keyof ProposeAgreementRequest, readonly (keyof ProposeAgreementRequest)[]>>

/**
 * The terms that a request means (PROTOCOL 6): those of a template, its own, an agreement with changes, or the same for longer.
 * What gives no other time begins at once.
 *
 * @throws ExchangeError schema-invalid where the members of the request do not go together; agreement-not-found where the
 * agreement that it starts from is not one with this peer
 */
export async function proposalTerms(
  { self, store, clock }: { readonly self: string; readonly store: Store; readonly clock: Clock },
  node: string,
  request: ProposeAgreementRequest,
): Promise<ProposalTerms> {
  checkMembers(request)
  const { template, validDays, document, terms, amends, changes, renews } = request
  // The clock of the other party may be behind ours: what both just signed is in force there as well.
  const from = toSeconds(clock.now()) - clockToleranceSeconds
  if (terms !== undefined) return { terms }
  if (template !== undefined) {
    const made = termsOf(template, [self, node], { from, ...(validDays === undefined ? {} : { days: validDays }) })
    return { terms: { ...made, ...(document === undefined ? {} : { document }) } }
  }
  if (amends !== undefined) {
    const held = await termsHeld(store, node, amends)
    return { terms: { ...held, validFrom: from, ...changes }, replaces: amends }
  }
  const replaces = renews ?? ''
  const held = await termsHeld(store, node, replaces)
  const life = validDays === undefined ? held.validUntil - held.validFrom : validDays * secondsPerDay
  return { terms: { ...held, validFrom: from, validUntil: from + life }, replaces }
}

function checkMembers(request: ProposeAgreementRequest): void {
  const given = Object.keys(request)
  const [source, ...others] = (['template', 'terms', 'amends', 'renews'] as const).filter((name) =>
    given.includes(name),
  )
  if (source === undefined || others.length > 0) throw new ExchangeError('schema-invalid', { pointers: ['/ oneOf'] })
  const allowed: readonly string[] = [source, ...companions[source]]
  const stray = given.filter((name) => !allowed.includes(name)).map((name) => `/${name} not`)
  const isIncomplete = source === 'amends' && request.changes === undefined
  const pointers = [...stray, ...(isIncomplete ? ['/changes required'] : [])]
  if (pointers.length > 0) throw new ExchangeError('schema-invalid', { pointers })
}

async function termsHeld(store: Store, node: string, digest: string): Promise<AgreementTerms> {
  const row = await store.findAgreement(digest)
  if (row?.peer !== node) throw new ExchangeError('agreement-not-found')
  const {
    v: _v,
    id: _id,
    parties: _parties,
    replaces: _replaces,
    ...terms
  }: Agreement = readAgreement(row.proposerJws).agreement
  return terms
}
