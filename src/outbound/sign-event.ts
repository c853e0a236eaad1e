import { proven, type Proven } from '../wire/brand.js'
import type { Event } from '../wire/generated/types.js'
import type { KeyStore } from '../crypto/key-store.js'
import { messageDigest } from '../crypto/signer.js'
import { endsUse } from '../referral/ends-use.js'
import { leafHash } from '../log/leaf.js'
import type { Effect } from '../store/batch.js'
import { encryptContent } from '../threads/thread-content.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { TextDecision } from './text-wish.js'

export interface Signed {
  readonly event: Event
  /** The compact JWS; it stays the same however often it is sealed and sent. */
  readonly jws: string
  readonly digest: string
  /** What a person decided about its texts, where there was something to decide. */
  readonly decision: TextDecision | undefined
}

export type SignedEvent = Proven<Signed, 'signed'>

/** Signs an event that passed every gate. Nothing else can be signed as an event: the type says so. */
export function signEvent(
  keys: KeyStore,
  event: Proven<Event, 'cleared'>,
  decision: TextDecision | undefined,
): SignedEvent {
  const jws = keys.signer().sign('trm-event+jwt', event)
  return proven<'signed', Signed>({ event, jws, digest: messageDigest(jws), decision })
}

/** Event, outbox row, log leaf and decision of a signed event: always together, in the batch that changes the thread. */
export function eventEffects(
  { event, jws, digest, decision }: SignedEvent,
  { key, now, isUrgent }: { readonly key: DataKey; readonly now: number; readonly isUrgent: boolean },
): readonly Effect[] {
  const leaf = leafHash(event.nonce, 'sent', event.type, digest)
  return [
    {
      do: 'insertEvent',
      row: {
        author: event.from,
        id: event.id,
        thread: event.thread,
        n: event.n,
        direction: 'out',
        type: event.type,
        digest,
        iat: event.iat,
        exp: event.exp,
        storedAt: now,
        heldAgainst: null,
        verdict: 'pending',
        code: null,
        leaf,
        size: jws.length,
        content: encryptContent(key, event.from, event.id, jws),
      },
    },
    {
      do: 'insertOutbox',
      row: {
        id: event.id,
        peer: event.to,
        thread: event.thread,
        n: event.n,
        isUrgent,
        passesSuspension: endsUse(event.type),
        state: 'waiting',
        attempts: 0,
        createdAt: now,
        nextAt: now,
        exp: event.exp,
        mayHaveArrived: false,
        mayBeOut: false,
        lastCode: null,
      },
    },
    { do: 'insertLeaf', hash: leaf, at: now },
    ...(decision === undefined ? [] : [decisionEffect(event, decision, now)]),
  ]
}

function decisionEffect({ id, thread }: Event, { by, reason, accepted, leftOut }: TextDecision, at: number): Effect {
  const places = { accepted: JSON.stringify(accepted), leftOut: JSON.stringify(leftOut) }
  return { do: 'insertTextDecision', row: { event: id, thread, at, by, reason: reason ?? null, ...places } }
}

/** What is of use for hours only, whatever the urgency of the case. */
const timely: ReadonlySet<Event['type']> = new Set(['travel.notice', 'arrival.missed'])

/** What goes before everything else on the way to a peer (PROTOCOL 5, 9). */
export function isUrgent(type: Event['type'], urgency: string): boolean {
  return endsUse(type) || timely.has(type) || urgency === 'immediate' || urgency === 'urgent'
}
