import type { Grant } from '../wire/generated/types.js'
import type { ThreadView } from '../referral/fold.js'
import { narrowingOf } from '../referral/transition-table.js'
import type { KnownEvent } from './counted-events.js'
import { narrowerGrant } from './narrower-grant.js'

/**
 * PROTOCOL 5.5: the grant of a thread is the last one that was given in effect, less all that was taken back and that its author did not know
 * of. A new grant without effect, superseded or refused to its author, gives nothing and still takes away what it does not cover. A
 * function of what is held, not of the order in which it came: so both nodes have the same grant once they hold the same.
 */
export function threadGrant(
  { events, view }: { readonly events: readonly KnownEvent[]; readonly view: Pick<ThreadView, 'inOrder' | 'narrowed'> },
  offered: Grant,
): Grant {
  const counting = new Set(view.inOrder)
  const updates = events
    .flatMap(({ event, row }) =>
      event.type === 'consent.update' && 'grant' in event.body
        ? [{ ...row, n: event.n, grant: event.body.grant, isGiven: counting.has(row.digest) }]
        : [],
    )
    .toSorted((a, b) => a.n - b.n)
  const given = updates.findLast(({ isGiven }) => isGiven)
  const lost = updates.filter(({ isGiven, n }) => !isGiven && n > (given?.n ?? 0))
  const left = lost.reduce((grant, { grant: other }) => narrowerGrant(grant, other), given?.grant ?? offered)
  const named = updates.findLast(({ verdict }) => verdict !== 'refused')?.grant ?? offered
  return { ...events.reduce((grant, { event }) => less(grant, event, view.narrowed), left), id: named.id }
}

/** What a withdrawal that stands leaves of a grant. */
function less(grant: Grant, event: KnownEvent['event'], narrowed: readonly string[]): Grant {
  if (event.type !== 'consent.withdraw' || !narrowed.includes(narrowingOf(event.body))) return grant
  const { scope, purpose } = event.body
  switch (scope) {
    case 'onePurpose':
      return { ...grant, purposes: grant.purposes.filter((granted) => granted !== purpose) }
    case 'onwardOnly':
      return { ...grant, onward: 'none' }
    case 'statisticsOnly':
      return { ...grant, statisticsAllowed: false }
    case 'everything':
    case 'oneRecipient':
      return grant
  }
}
