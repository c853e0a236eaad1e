import { toDay, toSeconds } from '../../base/clock.js'
import { codeOf, ExchangeError, type ProblemCode } from '../../base/errors.js'
import { newUuid } from '../../base/ids.js'
import type { Random } from '../../base/random.js'
import type { ContactRecord } from '../../wire/generated/types.js'
import { maxContactLifeSeconds } from '../../wire/limits.js'
import type { Store } from '../../store/port.js'
import { noteForeignSequence, readForeignSequence } from '../foreign-sequence.js'
import { checkDesks } from './check-desks.js'
import type { ContactDraft, Desk } from './contact-types.js'
import { ownRecords, signOwn, type OwnChange, type SignOwnDeps } from './sign-own.js'

export type OwnContactsDeps = SignOwnDeps & {
  readonly store: Store
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
  const decide: OwnChange['decide'] = (held) => {
    if (!isNew && held === undefined) throw new ExchangeError('contact-not-found')
    if (held !== undefined && held.visibility !== visibility) {
      throw new ExchangeError('schema-invalid', { pointers: ['/visibility const'] })
    }
    return { visibility, country, organisation, desks }
  }
  return change(deps, { id, partners: partners ?? (isNew ? [] : undefined), decide })
}

/** A person states that a desk of an own record answers today (UTC). @throws ExchangeError as publishContact; desk-not-found */
export async function checkOwnDesk(
  deps: OwnContactsDeps,
  { id, desk, checkedBy }: { readonly id: string; readonly desk: string; readonly checkedBy: Desk['checkedBy'] },
): Promise<Published> {
  const checkedOn = toDay(deps.clock.now())
  const decide: OwnChange['decide'] = (held) => {
    if (held === undefined) throw new ExchangeError('contact-not-found')
    if (!held.desks.some((each) => each.desk === desk)) throw new ExchangeError('desk-not-found')
    return { ...held, desks: held.desks.map((each) => (each.desk === desk ? { ...each, checkedOn, checkedBy } : each)) }
  }
  return change(deps, { id, partners: undefined, decide })
}

/**
 * Ends an own record with a tombstone; one that is not held too, where somebody else signed such ones in our name.
 *
 * @throws ExchangeError contact-not-found, signing-key-ended, conflict
 */
export async function endContact(deps: OwnContactsDeps, id: string): Promise<Published> {
  const isHeld = (await deps.store.findRecord('contact', deps.self, id)) !== undefined
  const foreign = isHeld ? undefined : await readForeignSequence(deps.store, 'contact')
  if (foreign !== undefined) return change(deps, { id, partners: undefined, decide: () => 'ended', above: foreign })
  const decide: OwnChange['decide'] = (held) => {
    if (held === undefined) throw new ExchangeError('contact-not-found')
    return 'ended'
  }
  return change(deps, { id, partners: undefined, decide })
}

/**
 * Signs anew the own records that end within 30 days, and those that readers take no more because their key was revoked,
 * tombstones of the last 90 days too. What they say stays, the days of check included: renewing is not checking. Runs with
 * the upkeep and after a new key statement.
 *
 * @throws ExchangeError signing-key-ended, conflict, storage-failed
 */
export async function renewOwnContacts(deps: OwnContactsDeps): Promise<void> {
  const now = toSeconds(deps.clock.now())
  for (const { contact, kid } of await ownRecords(deps)) {
    // What an older tombstone ended has ended by itself.
    const isOver = 'ended' in contact && contact.iat + maxContactLifeSeconds <= now
    const isEnding = !('ended' in contact) && contact.exp <= now + renewBeforeSeconds
    if (isEnding || (!isOver && !deps.ownKeyCounts(kid, contact.iat))) {
      await change(deps, { id: contact.id, partners: undefined, decide: asItWas })
    }
  }
}

/**
 * Signs an own record anew above one that somebody else made with our key. Of an id that is not held nothing can be said
 * again: a person who learns of it ends it, or revokes the key.
 *
 * @throws ExchangeError signing-key-ended, conflict, storage-failed
 */
export async function reclaimContact(
  deps: OwnContactsDeps,
  { id, seq }: { readonly id: string; readonly seq: number },
): Promise<void> {
  const held = await deps.store.findRecord('contact', deps.self, id)
  if (held === undefined) await noteForeignSequence(deps.store, 'contact', seq)
  else await change(deps, { id, partners: undefined, decide: asItWas, above: seq })
}

function asItWas(held: ContactRecord | undefined): ContactDraft | 'ended' {
  return held ?? 'ended'
}

async function change(deps: OwnContactsDeps, { id, ...how }: OwnChange): Promise<Published> {
  const signed = await signOwn(deps, { id, ...how })
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
