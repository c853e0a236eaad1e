/** Limits of the protocol (PROTOCOL 10). Each has its own problem code and its own test. */

const KiB = 1024

/** Largest envelope on the wire, in bytes. */
export const maxEnvelopeBytes = 352 * KiB
/** Largest protected header of a JWS or JWE, in bytes before base64url. */
export const maxHeaderBytes = 1 * KiB
/** Deepest nesting of JSON. */
export const maxJsonDepth = 16
/** Most object members and array items in one JSON text. */
export const maxJsonMembers = 2000
/** Plaintext buckets of an event, in bytes. */
export const eventBuckets = [8 * KiB, 32 * KiB, 128 * KiB, 256 * KiB] as const
/** Plaintext buckets of queries, replies and receipts, in bytes. */
export const answerBuckets = [2 * KiB, 8 * KiB, 32 * KiB, 128 * KiB, 256 * KiB] as const
/** How far another node's clock may be off, in seconds. */
export const clockToleranceSeconds = 5 * 60
/** Longest life of most events, in seconds. */
export const maxEventLifeSeconds = 30 * 86_400
/** Longest life of an event that takes back consent or ends the use of data: a node that was away for months still gets it. In seconds. */
export const maxEndOfUseLifeSeconds = 366 * 86_400
/** Longest life of a query or reply, in seconds. */
export const maxQueryLifeSeconds = 5 * 60
/** Longest life of a card, whatever it says itself, in seconds. */
export const maxCardLifeSeconds = 7 * 86_400
/** Longest life of a contact record, in seconds. */
export const maxContactLifeSeconds = 90 * 86_400
/** Longest life of the tombstone of a record: longer than a year, so that it outlives what it ends. In seconds. */
export const maxTombstoneLifeSeconds = 367 * 86_400
/** How far the sequence of a record may be ahead of the reader's clock, in seconds. */
export const maxSequenceLeadSeconds = 7 * 86_400
/** Dedupe rows are kept this long after the event's `exp`, in seconds. */
export const dedupeGraceSeconds = 30 * 86_400
/** A new prekey is made at this age, is usable for twice as long, and is destroyed at `prekeyDestroyDays`. */
export const prekeyRotateDays = 7
export const prekeyUsableDays = 14
export const prekeyDestroyDays = 30
/** Concurrent requests one peer may have open. */
export const maxConcurrentPerPeer = 3
/** Items on one page. */
export const maxPageItems = 50
