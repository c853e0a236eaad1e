import { recordEntry, recordKey, bucketOf, type HeldRecord } from '../../src/directory/gossip/directory-record.js'
import { verifyProof } from '../../src/directory/gossip/equivocation-proof.js'
import { mergeRecords } from '../../src/directory/gossip/merge-records.js'
import { readRecord, type ReadRecord } from '../../src/directory/gossip/read-record.js'
import { makeRecordTree } from '../../src/directory/gossip/record-tree.js'
import { verifyVouch } from '../../src/directory/gossip/vouch.js'
import { verifyStatements } from '../../src/directory/key-statement.js'

type Members = Readonly<Record<string, unknown>>
type Kind = ReadRecord['kind']

interface Spread {
  readonly kind: Kind
  readonly text: string
}

type Asked =
  | { readonly of: 'key'; readonly kind: Kind; readonly node: string; readonly id: string }
  | { readonly of: 'entry'; readonly key: string; readonly seq: number; readonly digest: string }
  | ({ readonly of: 'record' } & Spread)
  | { readonly of: 'set'; readonly records: readonly Spread[] }
  | { readonly of: 'merge'; readonly kind: Kind; readonly one: string; readonly other: string }
  | { readonly of: 'proof'; readonly text: string; readonly statements: readonly string[] }
  | { readonly of: 'vouch'; readonly jws: string; readonly statements: readonly string[]; readonly at: number }

/** Runs a vector of directory.json. */
export function runDirectory(asked: Asked): Members {
  switch (asked.of) {
    case 'key': {
      const key = recordKey(asked)
      return { key: bytesOf(key), bucket: bucketOf(key) }
    }
    case 'entry': {
      const key = Buffer.from(asked.key, 'base64url').toString('hex')
      return { entry: bytesOf(recordEntry({ ...asked, key })) }
    }
    case 'record': {
      const record = readRecord(asked.kind, asked.text)
      const { node, id, seq, exp, isEnded, digest } = record
      return { node, id, seq, exp, ended: isEnded, digest, entry: bytesOf(recordEntry(record)) }
    }
    case 'set':
      return setOf(asked.records)
    case 'merge':
      return merged(asked)
    case 'proof': {
      const known = { chain: asked.statements, statements: verifyStatements(asked.statements) }
      const { node, kind } = verifyProof(asked.text, known)
      return { node, kind }
    }
    case 'vouch':
      return vouch(asked)
  }
}

function bytesOf(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url')
}

function setOf(records: readonly Spread[]): Members {
  const [set, backwards] = [records, [...records].reverse()].map((list) => {
    const tree = makeRecordTree()
    for (const { kind, text } of list) tree.put(heldFrom(readRecord(kind, text)))
    return tree
  })
  if (set === undefined || set.root() !== backwards?.root()) throw new Error('the order changes the root')
  const filled = set.buckets.flatMap(({ records: held, digest }, at) =>
    held.length === 0 ? [] : [[String(at), Buffer.from(digest).toString('base64url')] as const],
  )
  return { root: set.root(), digests: Object.fromEntries(filled), buckets: set.starts() }
}

function heldFrom(record: ReadRecord): HeldRecord {
  return { ...record, entry: recordEntry(record), source: null, characters: 0, storedAt: 0 }
}

function merged({ kind, one, other }: Extract<Asked, { of: 'merge' }>): Members {
  const [left, right] = [readRecord(kind, one), readRecord(kind, other)]
  const there = mergeRecords(left, right)
  const back = mergeRecords(right, left)
  const isSame = there.record.digest === back.record.digest && there.proof === back.proof
  if (!isSame) throw new Error('the order changes the result')
  return { stays: there.record.digest, proof: there.proof ?? null }
}

/** As it is judged when a peer gives it; the member at fault is told by the check of the vouch alone. */
function vouch({ jws, statements, at }: Extract<Asked, { of: 'vouch' }>): Members {
  const { from, node, seq, exp, ended } = verifyVouch(jws, verifyStatements(statements), at)
  return { from, node, seq, exp, ended }
}
