import type { OnwardHolder } from './onward-holders.js'

type Executed = OnwardHolder['executed']

/**
 * Under which name it is kept whether the holder of an onward referral said itself that the use of it has ended (PROTOCOL 5.7). The thread and the event
 * are the key: the ids in that event are what a peer wrote, and it may write those of another referral.
 */
export function onwardToldName({ row }: Executed): string {
  return `onward-withdraw|${row.thread}|${row.digest}`
}

/** What is kept there then. */
export const onwardTold = 'told'

/** Under which name it is kept whether people were told that nobody knows whom the answer of a holder is about. */
export function onwardDoubtedName({ row }: Executed): string {
  return `onward-doubted|${row.thread}|${row.digest}`
}

/** Under which name it is kept of which narrowing people were told, as its holder may not know of it. */
export function onwardNarrowedName({ row }: Executed): string {
  return `onward-narrowed|${row.thread}|${row.digest}`
}

/** Under which name it is kept of which narrowing people were told, as the receiver of an onward copy did not confirm it. */
export function onwardUnconfirmedName(thread: string): string {
  return `onward-unconfirmed|${thread}`
}

/** Under which name it is kept of which narrowing people were told, as the way to an onward holder is closed. */
export function onwardHeldBackName(thread: string): string {
  return `onward-held-back|${thread}`
}
