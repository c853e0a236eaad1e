import { ExchangeError } from '../../base/errors.js'
import { makeBoundedCache, type BoundedCache } from '../../crypto/bounded-cache.js'
import { sha256Beginnings, sha256Text } from '../../crypto/sha256.js'
import { parseCompactJws } from '../../wire/compact.js'
import { clockToleranceSeconds, maxSequenceLeadSeconds } from '../../wire/limits.js'
import { verifyContact } from '../contacts/verify-contact.js'
import { countsOnArrival, verifyStatements, type VerifiedStatements } from '../key-statement.js'
import { verifyProof, type KnownChain } from './equivocation-proof.js'
import { chainText, readRecord, type ReadRecord } from './read-record.js'
import { verifyVouch } from './vouch.js'

/** Reads records and checks their signatures, each once: what verifies is a matter of the texts alone. */
export interface Verifier {
  /** What a record says of itself; undefined if it is none. @param digest of the text, where it is known already */
  read(kind: ReadRecord['kind'], text: string, digest?: string): ReadRecord | undefined
  /** What a chain says; undefined if it does not verify. */
  chain(chain: readonly string[], digest?: string): VerifiedStatements | undefined
  /** Digests of all beginnings of a chain that is held, the whole one included, in hex. @param digest of its text */
  beginnings(text: string, digest: string): readonly string[]
  /**
   * Whether a contact, vouch or proof counts by the chain of its signer; `not-yet` where it is ahead of our clock or its
   * key is not in the chain, which may come later. What is held is judged like what arrives (PROTOCOL 1.5).
   */
  record(record: ReadRecord, known: KnownChain, nowSeconds: number): Verdict
}

export type Verdict = 'counts' | 'not-yet' | 'refused'

/** What a record of usual size has: others write what is remembered, and a longer one takes the place of several. */
const usual = { characters: 2048, keys: 4, beginnings: 4 } as const

/**
 * @param capacity most records of usual size whose results are remembered
 * @param makeMemory only the simulator gives another one, shared by its nodes
 */
export function makeVerifier(
  capacity: number,
  makeMemory: <V>(capacity: number, weigh?: (value: V) => number) => BoundedCache<string, V> = makeBoundedCache,
): Verifier {
  const chains = makeMemory<VerifiedStatements | 'invalid'>(capacity * usual.keys, (chain) =>
    chain === 'invalid' ? 1 : 1 + chain.signingKeys.length + chain.witnesses.length,
  )
  const records = makeMemory<Verdict>(capacity)
  const read = makeMemory<ReadRecord | 'invalid'>(capacity * usual.characters, (record) =>
    record === 'invalid' ? usual.characters : Math.max(usual.characters, record.text.length),
  )
  const beginnings = makeMemory<readonly string[]>(capacity * usual.beginnings, ({ length }) => length)
  return {
    read(kind, text, digest = sha256Text(text)) {
      const name = `${kind}|${digest}`
      const result = recall(read, name, () => attempt(() => readRecord(kind, text)) ?? 'invalid')
      return result === 'invalid' ? undefined : result
    },
    chain(chain, name = sha256Text(chainText(chain))) {
      const result = recall(chains, name, () => attempt(() => verifyStatements(chain)) ?? 'invalid')
      return result === 'invalid' ? undefined : result
    },
    beginnings: (text, digest) => recall(beginnings, digest, () => beginningsOf(text)),
    record(record, known, nowSeconds) {
      // The only part that time changes: what is early today may be taken tomorrow.
      if (isEarly(record, nowSeconds)) return 'not-yet'
      const name = `${record.digest}|${known.statements.head}`
      return recall(records, name, () => judge(record, known, nowSeconds))
    },
  }
}

function isEarly({ kind, iat, seq }: ReadRecord, nowSeconds: number): boolean {
  if (kind !== 'contact' && kind !== 'vouch') return false
  return iat > nowSeconds + clockToleranceSeconds || seq > nowSeconds + maxSequenceLeadSeconds
}

function judge(record: ReadRecord, known: KnownChain, nowSeconds: number): Verdict {
  const verdict = attempt((): Verdict => {
    if (record.kind === 'proof') {
      verifyProof(record.text, known)
      return 'counts'
    }
    const { kid } = parseCompactJws(record.text, ['trm-contact+jwt', 'trm-vouch+jwt'])
    const key = known.statements.signingKeys.find((listed) => listed.kid === kid)
    if (key === undefined) return 'not-yet'
    if (!countsOnArrival(key, record.iat)) return 'refused'
    if (record.kind === 'contact') verifyContact(record.text, known.statements, nowSeconds)
    else verifyVouch(record.text, known.statements, nowSeconds)
    return 'counts'
  })
  return verdict ?? 'refused'
}

/** The text was read when it was put there. */
function beginningsOf(text: string): readonly string[] {
  const chain = JSON.parse(text) as readonly string[]
  const pieces = chain.map((statement, at) => `${at === 0 ? '[' : ','}${JSON.stringify(statement)}`)
  return sha256Beginnings(pieces, ']')
}

/** What is remembered under a name, or else found out and remembered. */
function recall<T>(memory: BoundedCache<string, T>, name: string, findOut: () => T): T {
  const known = memory.get(name)
  if (known !== undefined) return known
  const found = findOut()
  memory.set(name, found)
  return found
}

/** The result, or undefined where the value is refused by one of our own checks. */
function attempt<T>(check: () => T): T | undefined {
  try {
    return check()
  } catch (error) {
    if (error instanceof ExchangeError) return undefined
    throw error
  }
}
