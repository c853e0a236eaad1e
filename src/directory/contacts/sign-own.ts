import type { KeyObject } from 'node:crypto'
import { toSeconds, type Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { Contact, ContactRecord } from '../../wire/generated/types.js'
import { maxContactLifeSeconds } from '../../wire/limits.js'
import type { KeyStore } from '../../crypto/key-store.js'
import { messageDigest } from '../../crypto/signer.js'
import type { Effect } from '../../store/batch.js'
import type { Store } from '../../store/port.js'
import type { RecordRow } from '../../store/rows.js'
import type { ContactDraft } from './contact-types.js'
import { parseContact } from './verify-contact.js'

export interface SignOwnDeps {
  readonly self: string
  readonly store: Store
  readonly keys: Pick<KeyStore, 'signer'>
  /** Signing keys of this node that count at a time (seconds). */
  readonly ownSigningKey: (kid: string, at: number) => KeyObject | undefined
  /** Whether readers take what the own key with this kid signed at a time (seconds), if it comes to them now. */
  readonly ownKeyCounts: (kid: string, at: number) => boolean
  readonly clock: Clock
}

/** A change to one own record. */
export interface OwnChange {
  readonly id: string
  /** Who gets it, if it is bilateral; undefined: who got it before. */
  readonly partners: readonly string[] | undefined
  /** What it says next, by what it says now; undefined where there is none or a tombstone. */
  readonly decide: (held: ContactRecord | undefined) => ContactDraft | 'ended'
  /** A sequence to stand above; of nothing unless given. */
  readonly above?: number
}

const tombstoneLifeSeconds = 366 * 86_400
/** Rounds of reload and decide again before the caller is told. */
const maxRounds = 5
/** What an event or a page of the directory can carry. */
const maxRecordCharacters = 16_384

/** Every record of this node, tombstones included. */
export async function ownRecords({
  store,
  self,
}: Pick<SignOwnDeps, 'store' | 'self'>): Promise<
  readonly { readonly row: RecordRow; readonly contact: Contact; readonly kid: string }[]
> {
  const rows = await store.listRecordsOf('contact', self)
  return rows.map((row) => {
    const { contact, jws } = parseContact(row.text)
    return { row, contact, kid: jws.kid }
  })
}

/**
 * Signs the next version of an own record and stores it: `seq` grows and never falls behind the clock.
 *
 * @returns the JWS, and the partners that must get it; none unless it is bilateral
 * @throws ExchangeError payload-too-large, contact-invalid, signing-key-ended, conflict, and what `decide` throws
 */
export async function signOwn(
  deps: SignOwnDeps,
  { id, partners, decide, above = 0 }: OwnChange,
): Promise<{ readonly jws: string; readonly partners: readonly string[] }> {
  const { store, self, keys, ownSigningKey, clock } = deps
  const partnersMeta = `contact-partners/${id}`
  for (let round = 0; round < maxRounds; round += 1) {
    const row = await store.findRecord('contact', self, id)
    const held = row === undefined ? undefined : parseContact(row.text).contact
    const next = decide(held === undefined || 'ended' in held ? undefined : held)
    const iat = toSeconds(clock.now())
    const seq = Math.max((row?.seq ?? 0) + 1, above + 1, iat)
    const contact = contactOf(next, { v: 1, node: self, id, seq, iat })
    const visibility = 'ended' in contact ? (row?.visibility ?? 'federation') : contact.visibility
    const signer = keys.signer()
    if (ownSigningKey(signer.kid, iat) === undefined) throw new ExchangeError('signing-key-ended')
    const jws = signer.sign('trm-contact+jwt', contact)
    if (jws.length > maxRecordCharacters) throw new ExchangeError('payload-too-large', { limit: maxRecordCharacters })

    // Held against what readers hold it against: schema and number of members.
    parseContact(jws)
    const told = await store.readMeta(partnersMeta)
    const toTell = visibility === 'bilateral' ? (partners ?? partnersOf(told)) : []
    const effects: Effect[] = [
      {
        do: 'putRecord',
        expect: row?.digest ?? null,
        row: {
          kind: 'contact',
          node: self,
          id,
          seq,
          digest: messageDigest(jws),
          exp: contact.exp,
          visibility,
          text: jws,
          source: null,
          storedAt: clock.now(),
        },
      },
    ]
    if (visibility === 'bilateral') {
      effects.push({ do: 'setMeta', name: partnersMeta, value: JSON.stringify(toTell), expect: told ?? null })
    }
    if ((await store.commit(effects)).ok) return { jws, partners: toTell }
  }
  throw new ExchangeError('conflict')
}

function contactOf(
  next: ContactDraft | 'ended',
  frame: Pick<ContactRecord, 'v' | 'node' | 'id' | 'seq' | 'iat'>,
): Contact {
  if (next === 'ended') return { ...frame, exp: frame.iat + tombstoneLifeSeconds, ended: true }
  const { visibility, country, organisation, desks } = next
  return { ...frame, exp: frame.iat + maxContactLifeSeconds, visibility, country, organisation, desks }
}

/** The stored text is ours. */
function partnersOf(told: string | undefined): readonly string[] {
  return told === undefined ? [] : (JSON.parse(told) as readonly string[])
}
