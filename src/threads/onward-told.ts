/** Under which name it is kept whether the holder of an onward referral said itself that the use of it has ended (PROTOCOL 5.7). */
export function onwardToldName(referral: string): string {
  return `onward-withdraw|${referral}`
}

/** What is kept there then. */
export const onwardTold = 'told'

/** Under which name it is kept of which narrowing people were told, as its holder may not know of it. */
export function onwardNarrowedName(referral: string): string {
  return `onward-narrowed|${referral}`
}

/** Under which name it is kept of which narrowing people were told, as the way to an onward holder is closed. */
export function onwardHeldBackName(thread: string): string {
  return `onward-held-back|${thread}`
}
