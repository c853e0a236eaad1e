import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { sha256Text } from '../crypto/sha256.js'
import { checkDesks } from '../directory/contacts/check-desks.js'
import { parseContact, verifyContact } from '../directory/contacts/verify-contact.js'
import { countsOnArrival } from '../directory/key-statement.js'
import type { Peer } from '../directory/peer.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { RecordRow } from '../store/rows.js'

/** Contact records of one node, as many as gossip takes. */
const maxRecords = 64

/**
 * PROTOCOL 7: a contact record for one partner comes in an event of its owner, and goes no further. An older one than what
 * is held is taken as an event and changes nothing.
 *
 * @param alarm id of the alarm that two records of one sequence raise; the records go no further than their event
 * @throws ExchangeError contact-invalid, desk-without-service, contact-personal
 */
export async function takeSharedContact(
  store: Store,
  {
    text,
    from,
    now,
    alarm,
  }: { readonly text: string; readonly from: Peer; readonly now: number; readonly alarm: string },
): Promise<readonly Effect[]> {
  const contact = verifyContact(text, from.statements, toSeconds(now))
  if (!('ended' in contact) && contact.visibility !== 'bilateral') {
    throw new ExchangeError('contact-invalid', { member: 'visibility' })
  }
  if (!('ended' in contact)) checkSharedDesks(contact.desks, toSeconds(now))
  const held = await store.findRecord('contact', contact.node, contact.id)
  const digest = sha256Text(text)
  // What a key signed that was stolen or given up is no contradiction, and stands in the way of nothing.
  const stands = held !== undefined && standsAgainst(held, from)
  if (stands && held.seq === contact.seq && held.digest !== digest) return freeze(from.row, now, alarm)
  // A record that everybody has stays one that everybody has.
  if (stands && (held.seq >= contact.seq || held.visibility !== 'bilateral')) return []
  return [
    ...(held === undefined ? await makeRoom(store, contact.node, toSeconds(now)) : []),
    {
      do: 'putRecord',
      expect: held?.digest ?? null,
      row: {
        kind: 'contact',
        node: contact.node,
        id: contact.id,
        seq: contact.seq,
        digest,
        exp: contact.exp,
        visibility: 'bilateral',
        text,
        source: from.row.node,
        storedAt: now,
      },
    },
  ]
}

/**
 * Of as many as are held the one that ended first gives way, then the oldest tombstone: it came from its owner and comes back
 * from nobody else.
 */
async function makeRoom(store: Store, node: string, nowSeconds: number): Promise<readonly Effect[]> {
  const held = await store.listRecordsOf('contact', node)
  if (held.length < maxRecords) return []
  const rows = held.filter(({ visibility }) => visibility === 'bilateral').toSorted((a, b) => a.exp - b.exp)
  const oldest =
    rows.find(({ exp }) => exp <= nowSeconds) ?? rows.find(({ text }) => 'ended' in parseContact(text).contact)
  if (oldest === undefined) throw new ExchangeError('contact-invalid', { member: 'count' })
  return [{ do: 'deleteRecord', kind: 'contact', node, id: oldest.id }]
}

/** PROTOCOL 1.8: a node that contradicts itself is frozen, and a person is told. */
function freeze({ node, suspendedFor }: Peer['row'], at: number, id: string): readonly Effect[] {
  if (suspendedFor !== null) return []
  const alarm = { id, at, code: 'record-equivocation', node, thread: null, acknowledgedAt: null, acknowledgedBy: null }
  return [
    { do: 'setPeerSuspension', node, expect: null, set: { suspendedAt: at, suspendedFor: 'equivocation' } },
    { do: 'raiseAlarm', row: alarm },
  ]
}

/** Whether the key of a held record would count on it if it arrived now. */
function standsAgainst({ text }: RecordRow, { statements }: Peer): boolean {
  const { jws, contact } = parseContact(text)
  const key = statements.signingKeys.find(({ kid }) => kid === jws.kid)
  return key !== undefined && countsOnArrival(key, contact.iat)
}

function checkSharedDesks(desks: Parameters<typeof checkDesks>[0], nowSeconds: number): void {
  const [first] = checkDesks(desks, nowSeconds)
  if (first !== undefined) throw new ExchangeError(first.code, { pointers: [first.pointer] })
}
