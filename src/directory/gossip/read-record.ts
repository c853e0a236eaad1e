import { ExchangeError } from '../../base/errors.js'
import { sha256Text } from '../../crypto/sha256.js'
import { canonicalJson } from '../../wire/canonical-json.js'
import type { EquivocationProof, KeyStatement } from '../../wire/generated/types.js'
import { validateKeyStatement } from '../../wire/generated/validators.js'
import { parseStrictJson } from '../../wire/strict-json.js'
import { parseContact } from '../contacts/verify-contact.js'
import { readSignedJson } from '../read-signed-json.js'
import { recordEntry, recordKey, recordStamp, type DirectoryRecord } from './directory-record.js'
import { parseProof } from './equivocation-proof.js'
import { parseVouch } from './vouch.js'

/** A record that was read and not verified: what it says of itself. */
export type ReadRecord = DirectoryRecord & {
  /** From recordKey. */
  readonly key: string
  /** From recordStamp. */
  readonly stamp: string
  /** From recordEntry. */
  readonly entry: string
  /** Tombstone. */
  readonly isEnded: boolean
  /** When it says that it was signed, in seconds; 0 for a proof. */
  readonly iat: number
  /** Of a chain its statements, else empty. */
  readonly chain: readonly string[]
  /** Of a proof what contradicts itself. */
  readonly proves?: EquivocationProof['kind']
}

/** Longest record that is passed on, in bytes. */
export const maxRecordBytes = 131_072

/** A chain is kept this long after the last of its signing keys ended, in seconds: what it signed has ended by then. */
const chainGraceSeconds = 366 * 86_400
/** A proof has no end of its own; that of all times on the wire. */
const endOfTime = 9_999_999_999
const maxStatements = 64

/**
 * Reads the text of a record (PROTOCOL 7). Every record has one text, so that one digest stands for it.
 *
 * @throws ExchangeError statement-invalid, contact-invalid, record-invalid
 */
export function readRecord(kind: DirectoryRecord['kind'], text: string): ReadRecord {
  const record = readWithoutKey(kind, text)
  const named = { ...record, key: recordKey(record) }
  return { ...named, stamp: recordStamp(named), entry: recordEntry(named) }
}

function readWithoutKey(kind: DirectoryRecord['kind'], text: string): Omit<ReadRecord, 'key' | 'stamp' | 'entry'> {
  if (text.length > maxRecordBytes) throw new ExchangeError('record-invalid', { limit: maxRecordBytes })
  const common = { kind, text, digest: sha256Text(text), isEnded: false, chain: [] }
  switch (kind) {
    case 'statements': {
      const chain = readChain(text)
      const statements = chain.map(readStatement)
      const last = statements.at(-1)
      if (last === undefined) throw new ExchangeError('statement-invalid', { member: 'empty' })
      // Over the whole chain: no shorter one must outlive a longer one and come back.
      const keysEnd = Math.max(...statements.flatMap(({ signing }) => signing.map(({ notAfter }) => notAfter)))
      const exp = Math.min(keysEnd + chainGraceSeconds, endOfTime)
      return { ...common, node: last.node, id: '', seq: last.seq, exp, iat: last.iat, chain }
    }
    case 'contact': {
      const { contact } = parseContact(text)
      const isEnded = 'ended' in contact
      // What is for one partner travels as an event and must not be passed on by anybody.
      if (!isEnded && contact.visibility !== 'federation') {
        throw new ExchangeError('contact-invalid', { member: 'visibility' })
      }
      const { node, id, seq, iat, exp } = contact
      return { ...common, node, id, seq, iat, exp, isEnded }
    }
    case 'vouch': {
      const { vouch } = parseVouch(text)
      const { from, node, seq, iat, exp, ended } = vouch
      return { ...common, node: from, id: node, seq, iat, exp, isEnded: ended }
    }
    case 'proof': {
      const { node, kind: proves } = parseProof(text)
      return { ...common, node, id: '', seq: 0, iat: 0, exp: endOfTime, proves }
    }
  }
}

/** The one text of a chain: canonical JSON of its statements, oldest first. */
export function chainText(chain: readonly string[]): string {
  return canonicalJson(chain)
}

function readChain(text: string): readonly string[] {
  const chain = readJson(text)
  if (!Array.isArray(chain) || chain.length > maxStatements || !chain.every((item) => typeof item === 'string')) {
    throw new ExchangeError('statement-invalid', { member: 'chain' })
  }
  if (chainText(chain) !== text) throw new ExchangeError('statement-invalid', { member: 'text' })
  return chain
}

function readStatement(text: string): KeyStatement {
  const { value } = readSignedJson(text, 'trm-keys+jwt', 'statement-invalid')
  if (!validateKeyStatement(value)) throw new ExchangeError('statement-invalid', { member: 'schema' })
  return value
}

function readJson(text: string): unknown {
  try {
    return parseStrictJson(Buffer.from(text))
  } catch {
    return undefined
  }
}
