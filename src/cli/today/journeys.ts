import { toTimestamp } from '../../base/clock.js'
import type { LabelBook } from '../../labels/label-book.js'
import { labelOf } from '../../labels/label-of.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { minuteOf } from '../minute-of.js'
import { shortThread } from '../resolve-thread.js'
import { table } from '../table.js'
import { effective, memberOf, textsIn } from '../thread/effective.js'

/** Somebody who is expected. Where and how are codes. */
export interface Journey {
  readonly thread: string
  readonly peerLabel: string
  readonly role: ThreadView['role']
  readonly state: ThreadView['state']
  readonly isExercise: boolean
  /** RFC 3339, UTC. */
  readonly departs: string
  readonly arrives: string
  readonly handoverPoint: string
  readonly mode: string
  readonly escort: string
}

/** Journeys by the last notice of each referral, the earliest arrival first. Where the times are erased there is nothing to tell. */
export function journeysOf(views: readonly ThreadView[]): readonly Journey[] {
  return views
    .flatMap((view) => journeyOf(view) ?? [])
    .sort((a, b) => (a.arrives < b.arrives ? -1 : Number(a.arrives > b.arrives)))
}

function journeyOf(view: ThreadView): Journey | undefined {
  const { thread, peerLabel, role, state, isExercise } = view
  if (state !== 'inTransit' && state !== 'alert') return undefined
  const notice = effective(view).findLast(({ type }) => type === 'travel.notice')
  if (notice === undefined) return undefined
  const [departs, arrives] = ['departs', 'arrives'].map((name) => memberOf(notice, name))
  if (typeof departs !== 'number' || typeof arrives !== 'number') return undefined
  const code = (name: string): string => textsIn(notice, name).join('')
  return {
    ...{ thread, peerLabel, role, state, isExercise },
    departs: toTimestamp(departs * 1000),
    arrives: toTimestamp(arrives * 1000),
    handoverPoint: code('handoverPoint'),
    mode: code('mode'),
    escort: code('escort'),
  }
}

/** Journeys as a table. @param now RFC 3339, UTC */
export function journeyTable(journeys: readonly Journey[], book: LabelBook, now: string): readonly string[] {
  return table(
    ['WHEN', 'WHERE', 'HOW', 'ESCORT', 'THREAD', 'PEER', ''],
    journeys.map((journey) => [
      `${whenWord(journey, now)} ${minuteOf(journey.arrives)}`,
      labelOf(book, 'handoverPoint', journey.handoverPoint).text,
      labelOf(book, 'travelMode', journey.mode).text,
      labelOf(book, 'escort', journey.escort).text,
      shortThread(journey.thread),
      `${journey.role === 'sender' ? 'to' : 'from'} ${journey.peerLabel}`,
      journey.isExercise ? 'exercise' : '',
    ]),
  )
}

/** Times of this form sort as text. */
function whenWord({ state, arrives }: Journey, now: string): string {
  if (state === 'alert') return 'DID NOT ARRIVE, expected'
  return arrives < now ? 'SHOULD HAVE ARRIVED' : 'ARRIVES'
}
