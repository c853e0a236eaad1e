import type { Event } from '../../src/wire/generated/types.js'

export type EventType = Event['type']

/**
 * One call to a local API that asked for an event, as its client saw it end (after Jepsen). `acknowledged`: 200 or 201 was
 * read to its end. `refused`: it certainly did not happen. `unknown`: no answer, a broken one, or 5xx; it happened or not.
 */
export interface Call {
  /** Id of the node that was asked: the author of the event, should there be one. */
  readonly node: string
  readonly type: EventType
  readonly outcome: 'acknowledged' | 'refused' | 'unknown'
  /** Of an offer: a word in its content that no other call uses. */
  readonly marker?: string
  /** Of any other step: the thread it was for. Of an acknowledged offer: the thread it opened. */
  readonly thread?: string
  /** Id and digest of the event, as the answer told them. */
  readonly event?: { readonly id: string; readonly digest: string }
}
