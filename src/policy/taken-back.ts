import type { Grant } from '../wire/generated/types.js'
import type { ThreadView } from '../referral/fold.js'
import { countedEvents, type KnownEvent } from './counted-events.js'
import { coveredCategories } from './grant-extent.js'
import { onwardRank, outgrowsGrant } from './narrower-grant.js'

/** What a person took back of what a thread's grant once covered. */
export interface TakenBack {
  readonly purposes: ReadonlySet<Grant['purposes'][number]>
  readonly dataCategories: ReadonlySet<Grant['dataCategories'][number]>
  /** Nodes that the grant named, and names no more, as those to whom the case may go on. */
  readonly recipients: ReadonlySet<string>
  /** The rule that is left, where it was freer once. */
  readonly onward: Grant['onward'] | undefined
  readonly statistics: boolean
  readonly tracing: boolean
  readonly originCountry: boolean
  /** The last day that is left, where it was a later one once. */
  readonly validUntil: string | undefined
  /** Whom nobody contacts any more. */
  readonly exclusions: ReadonlySet<Grant['exclusions'][number]>
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
      onward: scopes.has('onwardOnly') ? 'none' : undefined,
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
    onward: given.some(({ onward }) => onwardRank[onward] > onwardRank[now.onward]) ? now.onward : undefined,
    statistics: !now.statisticsAllowed && given.some(({ statisticsAllowed }) => statisticsAllowed),
    tracing: !now.tracingAllowed && given.some(({ tracingAllowed }) => tracingAllowed),
    originCountry:
      now.originCountryNamed !== true && given.some(({ originCountryNamed }) => originCountryNamed === true),
    validUntil: given.some(({ validUntil }) => validUntil > now.validUntil) ? now.validUntil : undefined,
    exclusions: new Set(now.exclusions.filter((who) => given.some(({ exclusions }) => !exclusions.includes(who)))),
    isUnclear: false,
  }
}

/** Whether a node that holds a case under this grant holds, or may do, more than is left. */
export function goesBeyond(grant: Omit<Grant, 'id' | 'personCode'>, taken: TakenBack): boolean {
  return taken.recipients.has(grant.recipient) || outgrowsGrant(grant, withoutTaken(grant, taken)).length > 0
}

/** Whether anything was taken back, as far as is known. */
export function isAnything(taken: TakenBack): boolean {
  const { purposes, recipients, onward, statistics, isUnclear } = taken
  const isWithdrawn = purposes.size + recipients.size > 0 || onward !== undefined || statistics
  return isWithdrawn || isUnclear || isMoreThanWithdrawn(taken)
}

/** Whether something was taken back that nothing but a new grant takes away. */
export function isMoreThanWithdrawn(taken: TakenBack): boolean {
  const { dataCategories, onward, tracing, originCountry, validUntil, exclusions } = taken
  const isLimited = validUntil !== undefined || (onward !== undefined && onward !== 'none')
  return dataCategories.size + exclusions.size > 0 || tracing || originCountry || isLimited
}

/** What is left of a grant without what was taken back; it may have no purpose left. It says nothing of its id. */
export function withoutTaken(grant: GrantTerms, taken: TakenBack): GrantTerms {
  const { onwardTo: _nodes, ...rest } = grant
  const { validUntil = grant.validUntil } = taken
  const left = grant.dataCategories.filter((category) => !taken.dataCategories.has(category))
  const isNamed = grant.originCountryNamed === true && !taken.originCountry
  return {
    ...rest,
    ...onwardLeft(grant, taken),
    purposes: grant.purposes.filter((purpose) => !taken.purposes.has(purpose)),
    dataCategories: left.length === 0 ? ['codesOnly'] : left,
    validUntil: validUntil < grant.validUntil ? validUntil : grant.validUntil,
    exclusions: [...new Set([...grant.exclusions, ...taken.exclusions])],
    tracingAllowed: grant.tracingAllowed && !taken.tracing,
    statisticsAllowed: grant.statisticsAllowed && !taken.statistics,
    ...(grant.originCountryNamed === undefined ? {} : { originCountryNamed: isNamed }),
  }
}

type GrantTerms = Omit<Grant, 'id' | 'recipient' | 'personCode'>

function onwardLeft(
  { onward, onwardTo = [] }: Pick<Grant, 'onward' | 'onwardTo'>,
  { onward: left = onward, recipients }: TakenBack,
): Pick<Grant, 'onward' | 'onwardTo'> {
  if (onward !== 'namedList' || left !== 'namedList') {
    return { onward: onwardRank[left] < onwardRank[onward] ? left : onward }
  }
  const nodes = onwardTo.filter((node) => !recipients.has(node))
  return nodes.length === 0 ? { onward: 'none' } : { onward, onwardTo: nodes }
}

const nothing: Omit<TakenBack, 'isUnclear'> = {
  purposes: new Set(),
  dataCategories: new Set(),
  recipients: new Set(),
  onward: undefined,
  statistics: false,
  tracing: false,
  originCountry: false,
  validUntil: undefined,
  exclusions: new Set(),
}
