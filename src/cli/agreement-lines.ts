import type { AgreementList, AgreementView } from '../wire/generated/types.js'
import { toDay } from '../base/clock.js'
import { table } from './table.js'

type Summary = AgreementList['agreements'][number]

/** What a person types for an agreement: its beginning, without a hyphen that the command line takes for an option. */
export function shortDigest(digest: string): string {
  return withoutHyphens(digest).slice(0, 8)
}

/** A digest without hyphens at its beginning. */
export function withoutHyphens(digest: string): string {
  return digest.replace(/^-+/, '')
}

/** One agreement after a step. */
export function agreementLine(view: AgreementView): string {
  return `${view.digest}  ${stateOf(view)}  with ${view.peerLabel}`
}

/** Agreements as a table. */
export function agreementTable(agreements: readonly Summary[]): readonly string[] {
  return table(
    ['AGREEMENT', 'STATE', 'TEMPLATE', 'FROM', 'UNTIL', 'PEER'],
    agreements.map((agreement) => [
      agreement.digest,
      stateOf(agreement),
      agreement.template,
      toDay(agreement.validFrom * 1000),
      toDay(agreement.validUntil * 1000),
      agreement.peerLabel,
    ]),
  )
}

/** Whose turn it is where one party alone signed, else how it stands. Nothing is in force with a peer that is suspended. */
export function stateOf({
  state,
  standing,
  proposer,
  peer,
  reason,
  peerSuspendedFor,
}: Pick<Summary, 'state' | 'standing' | 'proposer' | 'peer' | 'reason' | 'peerSuspendedFor'>): string {
  if (standing === 'lapsed') return 'lapsed (another one was accepted meanwhile)'
  if (peerSuspendedFor !== undefined && isAlive(state, standing)) {
    return peerSuspendedFor === 'removed' ? 'stopped: the peer is removed' : 'stopped: the peer is suspended'
  }
  if (state === 'proposed') return proposer === peer ? 'proposed by them' : 'proposed by us'
  if (reason !== undefined) return `${state} (${reason})`
  return standing === 'inForce' ? 'in force' : (standing ?? state)
}

function isAlive(state: Summary['state'], standing: Summary['standing']): boolean {
  return state === 'proposed' || standing === 'inForce' || standing === 'suspended' || standing === 'future'
}
