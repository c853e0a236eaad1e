import { toSeconds, toTimestamp, type Clock } from '../../base/clock.js'
import type { DueList } from '../../wire/generated/types.js'
import type { ContactBook } from '../../directory/contacts/contact-book.js'
import { isOpenAt } from '../../directory/contacts/desk-hours.js'
import { nextDesks, type DeskStanding, type NextDesk } from '../../directory/contacts/next-desks.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { nextStep, scheduleOf } from '../../referral/clock-schedule.js'
import type { DueClockRow } from '../../store/clock-rows.js'
import type { Store } from '../../store/port.js'

export interface DueViewDeps {
  readonly self: string
  /** Of this node. */
  readonly country: string
  readonly store: Store
  readonly directory: PeerDirectory
  readonly contacts: ContactBook
  readonly clock: Clock
}

type DueItem = DueList['due'][number]

/** A person chooses among so many; `trm directory search` shows all. */
const maxProposed = 5

/** What is owed in a thread, as people see it; nothing of its content. */
export async function dueItem(deps: DueViewDeps, row: DueClockRow): Promise<DueItem> {
  const { thread, peer, role, state, urgency, type, isExercise, kind, owedBy, reminders } = row
  const now = deps.clock.now()
  const isOverdue = row.dueAt <= now
  const event = row.nextAt === null ? undefined : nextStep(scheduleOf(row, urgency), reminders)?.event
  return {
    thread,
    peer,
    peerLabel: deps.directory.find(peer)?.row.label ?? peer,
    role,
    state,
    urgency: urgency as DueItem['urgency'],
    type: type as DueItem['type'],
    isExercise,
    kind,
    owedBy,
    since: toTimestamp(row.startedAt),
    dueAt: toTimestamp(row.dueAt),
    overdue: isOverdue,
    reminders,
    ...(row.nextAt === null
      ? {}
      : { next: { at: toTimestamp(row.nextAt), ...(event === undefined ? {} : { signs: event }) } }),
    ...(isOverdue && owedBy === 'peer' && (kind === 'open' || kind === 'respond')
      ? { nextDesks: await proposed(deps, row, toSeconds(now)) }
      : {}),
  }
}

async function proposed(
  { self, country, store, directory, contacts }: DueViewDeps,
  { thread, peer, urgency, type }: DueClockRow,
  nowSeconds: number,
): Promise<NonNullable<DueItem['nextDesks']>> {
  const choice = await store.findDeskChoice(thread)
  const asked = {
    ...{ self, from: country, node: peer, referralType: type },
    country: directory.find(peer)?.row.country ?? '',
    chosen: choice === undefined ? undefined : { contact: choice.contact, desk: choice.desk },
    isUrgent: urgency === 'immediate' || urgency === 'urgent',
  }
  const standingOf = (node: string): DeskStanding => {
    const partner = directory.find(node)
    if (partner?.row.suspendedAt !== null) return 'vouched'
    return partner.agreementAt(nowSeconds).state === 'inForce' ? 'agreed' : 'peer'
  }
  const found = nextDesks(await contacts.list(), asked, standingOf, nowSeconds)
  return found.slice(0, maxProposed).map((desk) => deskItem(desk, directory, nowSeconds))
}

function deskItem(
  { record, desk, standing }: NextDesk,
  directory: PeerDirectory,
  nowSeconds: number,
): NonNullable<DueItem['nextDesks']>[number] {
  const label = directory.find(record.node)?.row.label
  return {
    node: record.node,
    ...(label === undefined ? {} : { nodeLabel: label }),
    contact: record.id,
    organisation: record.organisation.name,
    desk: desk.desk,
    email: desk.email,
    isEmergency: desk.isEmergency,
    openNow: isOpenAt(desk.hours, nowSeconds),
    standing,
  }
}
