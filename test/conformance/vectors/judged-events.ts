import { leafOf, nonceOf, now, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage, uuidOf } from '../raw-jose.js'
import { accepts, type Vector } from '../vector-file.js'

export interface Arrival {
  readonly event: string
  readonly at?: number
}

export interface Own {
  readonly own: string
  readonly receipt?: string
}

/** What the node answers to one event. */
export type Verdict =
  | { readonly verdict: 'accepted'; readonly own: number; readonly leaf: string }
  | {
      readonly verdict: 'refused'
      readonly code: string
      readonly retry: string
      readonly own: number
      readonly leaf: string | null
    }
  | { readonly same: number }

export function judged(
  comment: string,
  steps: readonly (Arrival | Own)[],
  receipts: readonly Verdict[],
  state: string | null,
): Vector {
  const timed = steps.map((step) => ('event' in step ? { at: now, ...step } : step))
  return accepts(comment, { steps: timed }, { receipts, state })
}

export function signEvent(author: CastNode, event: Json): string {
  return signMessage(author.signing, 'trm-event+jwt', event)
}

export function accepted(jws: string, own = 0): Verdict {
  return { verdict: 'accepted', own, leaf: leafIn(jws) }
}

/** Refused; with a leaf where that is a refusal for good of an event whose frame was read. */
export function refused(jws: string, code: string, retry: string, own = 0, hasLeaf = retry !== 'later'): Verdict {
  return { verdict: 'refused', code, retry, own, leaf: hasLeaf ? leafIn(jws) : null }
}

function leafIn(jws: string): string {
  const { nonce, type } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    string
  >
  return leafOf(nonce ?? '', 'received', type ?? '', sha256(jws))
}

/** A later event of the author of `before`, in its thread. */
export function follow(before: string, type: string, body: Json, change: Json = {}): Json {
  const previous = JSON.parse(Buffer.from(before.split('.')[1] ?? '', 'base64url').toString()) as Json
  const label = `${String(previous['id'])}|${type}`
  const n = Number(previous['n']) + 1
  return { ...previous, id: uuidOf(label), nonce: nonceOf(label), n, prev: sha256(before), type, body, ...change }
}

/** An event of the other author in the thread of `before`, the first one unless `change` says more. */
export function answer(author: CastNode, before: string, type: string, body: Json, change: Json = {}): Json {
  const { from, n } = JSON.parse(Buffer.from(before.split('.')[1] ?? '', 'base64url').toString()) as Json
  const first = { from: author.id, to: from, n: 1, prev: null, seen: { n, digest: sha256(before) } }
  return follow(before, type, body, { ...first, ...change })
}
