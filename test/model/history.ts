import type { ThreadEvent } from '../../src/referral/thread-order.js'
import type { Role, Step } from '../../src/referral/transition-table.js'
import { kindOf, stepKinds } from './steps.js'

/** Two replicas of a thread: what each author wrote, and which numbers of the other one arrived. */
export interface History {
  readonly written: Readonly<Record<Role, readonly ThreadEvent[]>>
  /** Bit n - 1: the event n of the other author arrived at this one. */
  readonly arrived: Readonly<Record<Role, number>>
}

export const roles: readonly Role[] = ['sender', 'receiver']
export const beginning: History = { written: { sender: [], receiver: [] }, arrived: { sender: 0, receiver: 0 } }

/** A digest is a function of author and number, but for its first letter: it says which of two equal numbers goes first. */
export type Lead = 'A' | 'M' | 'Z'

export function otherRole(role: Role): Role {
  return role === 'sender' ? 'receiver' : 'sender'
}

/** What a replica holds: its own events first, then the others by number. */
export function heldBy(history: History, role: Role): readonly ThreadEvent[] {
  return [...history.written[role], ...history.written[otherRole(role)].filter(({ n }) => hasArrived(history, role, n))]
}

/** Everything that was written. */
export function allOf({ written }: History): readonly ThreadEvent[] {
  return [...written.sender, ...written.receiver]
}

/** Events that have not arrived at this replica, by number. */
export function missingAt(history: History, role: Role): readonly ThreadEvent[] {
  return history.written[otherRole(role)].filter(({ n }) => !hasArrived(history, role, n))
}

/** Whether nothing is on its way. */
export function isQuiet(history: History): boolean {
  return roles.every((role) => missingAt(history, role).length === 0)
}

/** Numbers of the other author's events that arrived. */
export function numbersAt(history: History, role: Role): ReadonlySet<number> {
  return new Set(history.written[otherRole(role)].flatMap(({ n }) => (hasArrived(history, role, n) ? [n] : [])))
}

/** The event that a replica writes next, when it names this number of the other author as seen; 0 for none. */
export function nextEvent(history: History, role: Role, step: Step, lead: Lead, seenN: number): ThreadEvent {
  const own = history.written[role]
  const seen = history.written[otherRole(role)][seenN - 1]
  return {
    ...step,
    author: role,
    role,
    n: own.length + 1,
    prev: own.at(-1)?.digest ?? null,
    seen: seen === undefined ? null : { n: seen.n, digest: seen.digest },
    digest: `${lead}${role.charAt(0)}${own.length + 1}`,
  }
}

/** Leads with which the next event can go before or after the other author's event of that number; one where they cannot meet. */
export function leadsOf(history: History, role: Role): readonly Lead[] {
  const n = history.written[role].length + 1
  const isConcurrent = history.written[otherRole(role)].length >= n && !hasArrived(history, role, n)
  return isConcurrent ? ['A', 'Z'] : ['M']
}

export function write(history: History, event: ThreadEvent): History {
  const { role } = event
  return { ...history, written: { ...history.written, [role]: [...history.written[role], event] } }
}

export function deliver(history: History, event: ThreadEvent): History {
  const to = otherRole(event.role)
  return { ...history, arrived: { ...history.arrived, [to]: history.arrived[to] | (1 << (event.n - 1)) } }
}

/**
 * What can arrive next: the lowest number that is missing, and the lowest of those that wait for nothing that their author wrote
 * before. Of these a withdrawal alone goes before the offer.
 */
export function deliverable(
  missing: readonly ThreadEvent[],
  overtakes: (event: ThreadEvent) => boolean,
): readonly ThreadEvent[] {
  const [lowest] = missing
  const quick = missing.find(overtakes)
  const goesFirst = lowest?.type !== 'referral.offer' || quick?.type === 'consent.withdraw'
  return [lowest, ...(goesFirst && quick !== lowest ? [quick] : [])].filter((event) => event !== undefined)
}

const zero = 48

/** A history as text: four characters an event, and what arrived. */
export function encode({ written, arrived }: History): string {
  const codes = (role: Role): string => written[role].map(encodeEvent).join('')
  return `${codes('sender')}|${codes('receiver')}|${arrived.sender}|${arrived.receiver}`
}

export function decode(text: string): History {
  const [sender = '', receiver = '', atSender, atReceiver] = text.split('|')
  const codes: Record<Role, string> = { sender, receiver }
  const digestOf = (role: Role, n: number): string =>
    n === 0 ? '' : `${codes[role].charAt(4 * n - 2)}${role.charAt(0)}${n}`
  const events = (role: Role): readonly ThreadEvent[] =>
    Array.from({ length: codes[role].length / 4 }, (_, at) => decodeEvent(codes[role], role, at, digestOf))
  return {
    written: { sender: events('sender'), receiver: events('receiver') },
    arrived: { sender: Number(atSender), receiver: Number(atReceiver) },
  }
}

/** The number of the receiver's proposal that a step answers; 0 if none. */
export function proposalOf(step: Step): number {
  return 'body' in step && 'proposal' in step.body ? Number(step.body.proposal?.slice(2) ?? 0) : 0
}

function encodeEvent(event: ThreadEvent): string {
  const [kind, seen, proposal] = [kindOf(event), event.seen?.n ?? 0, proposalOf(event)]
  return `${String.fromCharCode(zero + kind, zero + seen)}${event.digest.charAt(0)}${String.fromCharCode(zero + proposal)}`
}

function decodeEvent(codes: string, role: Role, at: number, digestOf: (role: Role, n: number) => string): ThreadEvent {
  const [kind = 0, seen = 0, , proposal = 0] = Array.from({ length: 4 }, (_, i) => codes.charCodeAt(4 * at + i) - zero)
  const proposed = proposal === 0 ? null : digestOf('receiver', proposal)
  // The kinds make a step from whatever proposal is open; here it is the one that was answered.
  const [step] = stepKinds[kind]?.make(answering(stepKinds[kind].name, proposed)) ?? []
  if (step === undefined) throw new Error(`no step of kind ${kind}`)
  return {
    ...step,
    author: role,
    role,
    n: at + 1,
    prev: at === 0 ? null : digestOf(role, at),
    seen: seen === 0 ? null : { n: seen, digest: digestOf(otherRole(role), seen) },
    digest: digestOf(role, at + 1),
  }
}

function answering(name: string, proposal: string | null): Parameters<(typeof stepKinds)[number]['make']>[0] {
  const listed = proposal === null ? [] : [proposal]
  const isAnswer = name.startsWith('onward.answer')
  return {
    state: 'unopened',
    grantEnded: false,
    narrowed: [],
    closureProposal: proposal,
    onwardOpen: isAnswer ? listed : [],
    onwardAgreed: name === 'onward.execute' ? listed : [],
    holds: [],
  }
}

function hasArrived({ arrived }: History, role: Role, n: number): boolean {
  return (arrived[role] & (1 << (n - 1))) !== 0
}
