import type { KeyObject } from 'node:crypto'
import { toDay, toSeconds, type Clock } from '../../base/clock.js'
import { codeOf, ExchangeError, type ProblemCode } from '../../base/errors.js'
import { newUuid } from '../../base/ids.js'
import type { Random } from '../../base/random.js'
import type { ContactRecord } from '../../wire/generated/types.js'
import type { KeyStore } from '../../crypto/key-store.js'
import type { Store } from '../../store/port.js'
import { checkDesks } from './check-desks.js'
import type { ContactDraft, Desk } from './contact-types.js'
import { ownRecords, signOwn, type SignOwnDeps } from './sign-own.js'

export type OwnContactsDeps = SignOwnDeps & {
  readonly self: string
  readonly store: Store
  readonly keys: Pick<KeyStore, 'signer'>
  readonly ownSigningKey: (kid: string, at: number) => KeyObject | undefined
  readonly clock: Clock
  readonly random: Random
  /** Sends a record that is visible to one partner (event contact.share). */
  readonly shareContact: (peer: string, jws: string) => Promise<void>
}

/** What became of a change to an own record. */
export interface Published {
  readonly id: string
  /** Partners that did not get a bilateral record; the record itself is stored. */
  readonly notShared: readonly { readonly peer: string; readonly code: ProblemCode }[]
}

/** An own record is renewed when it has less than this left, in seconds: a third of its life. */
const renewBeforeSeconds = 30 * 86_400

/**
 * Publishes a record of this node, a new one or the next version of one. A bilateral record goes to the partners named,
 * or to those it went to before; how visible a record is stays as it began, because what was spread cannot be taken back.
 *
 * @throws ExchangeError schema-invalid, desk-without-service, contact-personal, contact-invalid, contact-not-found,
 * signing-key-ended, conflict
 */
export async function publishContact(
  deps: OwnContactsDeps,
  draft: ContactDraft,
  partners?: readonly string[],
): Promise<Published> {
  const { visibility, country, organisation, desks } = draft
  refuseFaults(desks, toSeconds(deps.clock.now()))
  const isNew = draft.id === undefined
  const id = draft.id ?? newUuid(deps.random)
  return change(deps, id, partners ?? (isNew ? [] : undefined), (held) => {
    if (!isNew && held === undefined) throw new ExchangeError('contact-not-found')
    if (held !== undefined && held.visibility !== visibility) {
      throw new ExchangeError('schema-invalid', { pointers: ['/visibility const'] })
    }
    return { visibility, country, organisation, desks }
  })
}

/** A person states that a desk of an own record answers today (UTC). @throws ExchangeError as publishContact; desk-not-found */
export async function checkOwnDesk(
  deps: OwnContactsDeps,
  { id, desk, checkedBy }: { readonly id: string; readonly desk: string; readonly checkedBy: Desk['checkedBy'] },
): Promise<Published> {
  const checkedOn = toDay(deps.clock.now())
  return change(deps, id, undefined, (held) => {
    if (held === undefined) throw new ExchangeError('contact-not-found')
    if (!held.desks.some((each) => each.desk === desk)) throw new ExchangeError('desk-not-found')
    return { ...held, desks: held.desks.map((each) => (each.desk === desk ? { ...each, checkedOn, checkedBy } : each)) }
  })
}

/** Ends an own record with a tombstone. @throws ExchangeError contact-not-found, signing-key-ended, conflict */
export async function endContact(deps: OwnContactsDeps, id: string): Promise<Published> {
  return change(deps, id, undefined, (held) => {
    if (held === undefined) throw new ExchangeError('contact-not-found')
    return 'ended'
  })
}

/**
 * Signs anew the own records that end within 30 days. What they say stays, the days of check included: renewing is not
 * checking. Runs with the upkeep.
 *
 * @throws ExchangeError signing-key-ended, conflict, storage-failed
 */
export async function renewOwnContacts(deps: OwnContactsDeps): Promise<void> {
  const soon = toSeconds(deps.clock.now()) + renewBeforeSeconds
  for (const { contact } of await ownRecords(deps)) {
    if ('ended' in contact || contact.exp > soon) continue
    await change(deps, contact.id, undefined, (held) => held ?? 'ended')
  }
}

async function change(
  deps: OwnContactsDeps,
  id: string,
  partners: readonly string[] | undefined,
  decide: (held: ContactRecord | undefined) => ContactDraft | 'ended',
): Promise<Published> {
  const signed = await signOwn(deps, { id, partners, decide })
  const notShared: { peer: string; code: ProblemCode }[] = []
  for (const peer of signed.partners) {
    try {
      await deps.shareContact(peer, signed.jws)
    } catch (error) {
      // The others must get it all the same, and the next renewal tries again.
      notShared.push({ peer, code: codeOf(error) })
    }
  }
  return { id, notShared }
}

function refuseFaults(desks: readonly Desk[], nowSeconds: number): void {
  const faults = checkDesks(desks, nowSeconds)
  const [first] = faults
  if (first === undefined) return
  const pointers = faults.filter(({ code }) => code === first.code).map(({ pointer }) => pointer)
  throw new ExchangeError(first.code, { pointers: pointers.slice(0, 20) })
}
