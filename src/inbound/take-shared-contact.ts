import { toSeconds } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { sha256Text } from '../crypto/sha256.js'
import { checkDesks } from '../directory/contacts/check-desks.js'
import { verifyContact } from '../directory/contacts/verify-contact.js'
import type { Peer } from '../directory/peer.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'

/**
 * PROTOCOL 7: a contact record for one partner comes in an event of its owner, and goes no further. An older one than what
 * is held is taken as an event and changes nothing.
 *
 * @throws ExchangeError contact-invalid, desk-without-service, contact-personal
 */
export async function takeSharedContact(
  store: Store,
  { text, from, now }: { readonly text: string; readonly from: Peer; readonly now: number },
): Promise<readonly Effect[]> {
  const contact = verifyContact(text, from.statements, toSeconds(now))
  if (!('ended' in contact) && contact.visibility !== 'bilateral') {
    throw new ExchangeError('contact-invalid', { member: 'visibility' })
  }
  if (!('ended' in contact)) checkSharedDesks(contact.desks, toSeconds(now))
  const held = await store.findRecord('contact', contact.node, contact.id)
  // A record that everybody has stays one that everybody has.
  if (held !== undefined && (held.seq >= contact.seq || held.visibility !== 'bilateral')) return []
  return [
    {
      do: 'putRecord',
      expect: held?.digest ?? null,
      row: {
        kind: 'contact',
        node: contact.node,
        id: contact.id,
        seq: contact.seq,
        digest: sha256Text(text),
        exp: contact.exp,
        visibility: 'bilateral',
        text,
        source: from.row.node,
        storedAt: now,
      },
    },
  ]
}

function checkSharedDesks(desks: Parameters<typeof checkDesks>[0], nowSeconds: number): void {
  const [first] = checkDesks(desks, nowSeconds)
  if (first !== undefined) throw new ExchangeError(first.code, { pointers: [first.pointer] })
}
