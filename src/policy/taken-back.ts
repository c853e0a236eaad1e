import type { Grant } from '../wire/generated/types.js'
import type { ThreadView } from '../referral/fold.js'
import { countedEvents, type KnownEvent } from './counted-events.js'
import { coveredCategories } from './exceeds-grant.js'

/** What a person took back of what a thread's grant once covered. */
export interface TakenBack {
  readonly purposes: ReadonlySet<Grant['purposes'][number]>
  readonly dataCategories: ReadonlySet<Grant['dataCategories'][number]>
  /** Nodes that the grant named, and names no more, as those to whom the case may go on. */
  readonly recipients: ReadonlySet<string>
  readonly onward: boolean
  readonly statistics: boolean
  readonly tracing: boolean
  /** Of a thread that was destroyed nobody can say what a new grant covers less. */
  readonly isUnclear: boolean
}

/** Everything that the grants of a thread covered at any time, less what the grant covers now. */
export function takenBack(
  { view, events }: { readonly view: Pick<ThreadView, 'inOrder'>; readonly events: readonly KnownEvent[] },
  now: Grant | undefined,
): TakenBack {
  const counted = countedEvents(events, view.inOrder).map(({ event }) => event)
  const withdrawn = counted.flatMap((event) => (event.type === 'consent.withdraw' ? [event.body] : []))
  const given = counted.flatMap((event) =>
    // Of what was destroyed the grant is gone.
    (event.type === 'referral.offer' || event.type === 'consent.update') && 'grant' in event.body
      ? [event.body.grant]
      : [],
  )
  if (now === undefined) {
    const scopes = new Set(withdrawn.map(({ scope }) => scope))
    return {
      ...nothing,
      purposes: new Set(withdrawn.flatMap(({ purpose }) => purpose ?? [])),
      onward: scopes.has('onwardOnly'),
      statistics: scopes.has('statisticsOnly'),
      isUnclear: given.length > 0,
    }
  }
  const covered = new Set(coveredCategories(now))
  const named = new Set(now.onwardTo)
  return {
    purposes: new Set(given.flatMap(({ purposes }) => purposes).filter((purpose) => !now.purposes.includes(purpose))),
    dataCategories: new Set(given.flatMap(coveredCategories).filter((category) => !covered.has(category))),
    recipients: new Set(given.flatMap(({ onwardTo = [] }) => onwardTo).filter((node) => !named.has(node))),
    onward: now.onward === 'none' && given.some(({ onward }) => onward !== 'none'),
    statistics: !now.statisticsAllowed && given.some(({ statisticsAllowed }) => statisticsAllowed),
    tracing: !now.tracingAllowed && given.some(({ tracingAllowed }) => tracingAllowed),
    isUnclear: false,
  }
}

/** Whether a node that holds a case under this grant holds, or may do, more than is left. */
export function goesBeyond(grant: Omit<Grant, 'id' | 'personCode'>, taken: TakenBack): boolean {
  return (
    grant.purposes.some((purpose) => taken.purposes.has(purpose)) ||
    taken.recipients.has(grant.recipient) ||
    (taken.onward && grant.onward !== 'none') ||
    (taken.statistics && grant.statisticsAllowed) ||
    coversMore(grant, taken)
  )
}

/** Whether anything was taken back, as far as is known. */
export function isAnything(taken: TakenBack): boolean {
  const { purposes, dataCategories, recipients, onward, statistics, tracing, isUnclear } = taken
  return purposes.size + dataCategories.size + recipients.size > 0 || onward || statistics || tracing || isUnclear
}

/** Whether it covers what nothing but a new grant takes away. */
export function coversMore(grant: Extent, taken: TakenBack): boolean {
  return (
    coveredCategories(grant).some((category) => taken.dataCategories.has(category)) ||
    (taken.tracing && grant.tracingAllowed)
  )
}

/** A grant without the data that were taken back; it says nothing of its id. */
export function withLess<Granted extends Omit<Grant, 'id' | 'recipient' | 'personCode'>>(
  grant: Granted,
  taken: TakenBack,
): Granted {
  const left = grant.dataCategories.filter((category) => !taken.dataCategories.has(category))
  return {
    ...grant,
    dataCategories: left.length === 0 ? ['codesOnly'] : left,
    tracingAllowed: grant.tracingAllowed && !taken.tracing,
  }
}

type Extent = Pick<Grant, 'lawfulBasis' | 'dataCategories' | 'tracingAllowed'>

const nothing: Omit<TakenBack, 'isUnclear'> = {
  purposes: new Set(),
  dataCategories: new Set(),
  recipients: new Set(),
  onward: false,
  statistics: false,
  tracing: false,
}
