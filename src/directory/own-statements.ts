import type { KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import { assertKeySeparation, type KeyStore } from '../crypto/key-store.js'
import { keyThumbprint } from '../crypto/public-key.js'
import type { Store } from '../store/port.js'
import { checkChainSize } from './check-chain-size.js'
import { countsOnArrival, isInForce, verifyStatements, type VerifiedStatements } from './key-statement.js'

/** Most statements that a node document holds. */
const maxStatements = 64
const statementsMeta = 'key-statements'

/** The key statements of this node. They change while it runs. */
export interface OwnStatements {
  /** Oldest first. */
  texts(): readonly string[]
  verified(): VerifiedStatements
  /** The signing key with this kid if a signature made at `at` (seconds) counts. */
  signingKey(kid: string, at: number): KeyObject | undefined
  /** Whether readers take what the key with this kid signed at `at` (seconds), if it comes to them now. */
  countsOnArrival(kid: string, at: number): boolean
  /**
   * Appends a statement that was signed elsewhere; from then on the node signs by it.
   *
   * @throws ExchangeError statement-invalid, key-unsafe; statement-stale if it does not follow the latest one;
   * key-missing if it lists a key that this node does not hold; key-shared
   */
  install(statement: string): Promise<void>
}

/**
 * Opens the stored statements: they must verify, be of this node, list a key that it holds, and no key may have two jobs.
 *
 * @throws ExchangeError statement-invalid, key-shared
 */
export async function openOwnStatements({
  store,
  keys,
  self,
}: {
  readonly store: Store
  readonly keys: KeyStore
  readonly self: string
}): Promise<OwnStatements> {
  let texts = JSON.parse((await store.readMeta(statementsMeta)) ?? '[]') as readonly string[]
  let verified = checkOwn(texts, self, keys)
  keys.goBy(statedKeys(verified))
  return {
    texts: () => texts,
    verified: () => verified,
    signingKey: (kid, at) => verified.signingKeys.find((key) => key.kid === kid && isInForce(key, at))?.key,
    countsOnArrival: (kid, at) => verified.signingKeys.some((key) => key.kid === kid && countsOnArrival(key, at)),
    async install(statement) {
      const before = texts
      if (before.length >= maxStatements) throw new ExchangeError('statement-invalid', { limit: maxStatements })
      const longer = [...before, statement]
      checkChainSize(longer)
      const installed = checkFollows(longer, self, keys, verified)
      const result = await store.commit([
        { do: 'setMeta', name: statementsMeta, value: JSON.stringify(longer), expect: JSON.stringify(before) },
      ])
      if (!result.ok) throw new ExchangeError('statement-stale')
      texts = longer
      verified = installed
      keys.goBy(statedKeys(verified))
    },
  }
}

function checkOwn(texts: readonly string[], self: string, keys: KeyStore): VerifiedStatements {
  const statements = verifyStatements(texts)
  if (statements.node !== self) throw new ExchangeError('statement-invalid', { member: 'node' })
  const held = kidsOf(keys, 'signing')
  if (!statements.signingKeys.some(({ kid }) => held.has(kid))) {
    throw new ExchangeError('statement-invalid', { member: 'signing' })
  }
  const identity = { use: 'identity' as const, kid: keyThumbprint('Ed25519', statements.identityKey) }
  assertKeySeparation([...keys.nodeKeyThumbprints(), identity])
  return statements
}

/** A statement that peers would take but this node could not live by must not come into the chain: it stays there. */
function checkFollows(
  texts: readonly string[],
  self: string,
  keys: KeyStore,
  before: VerifiedStatements,
): VerifiedStatements {
  const [statement = ''] = texts.slice(-1)
  // A statement on its own: one that is sound but follows another one was made before something else was installed.
  if (prevOf(statement) !== before.head) throw new ExchangeError('statement-stale')
  const after = checkOwn(texts, self, keys)
  const held = kidsOf(keys, 'signing')
  const lacking = after.signingKeys.find(({ kid, revokedFor }) => revokedFor === undefined && !held.has(kid))
  if (lacking !== undefined) throw new ExchangeError('key-missing', { use: 'signing', kid: lacking.kid })
  const witness = keyThumbprint('Ed25519', after.witness)
  if (!kidsOf(keys, 'witness').has(witness)) throw new ExchangeError('key-missing', { use: 'witness', kid: witness })
  // PROTOCOL 1: old keys stay listed for ever, or what they signed could not be verified any more.
  const listed = new Set(after.signingKeys.map(({ kid }) => kid))
  if (!before.signingKeys.every(({ kid }) => listed.has(kid))) {
    throw new ExchangeError('statement-invalid', { member: 'signing' })
  }
  return after
}

/** What a statement names as the one before it, whatever else it is. */
function prevOf(statement: string): unknown {
  try {
    const payload: unknown = JSON.parse(Buffer.from(statement.split('.')[1] ?? '', 'base64url').toString())
    return typeof payload === 'object' && payload !== null && 'prev' in payload ? payload.prev : undefined
  } catch {
    throw new ExchangeError('statement-invalid', { member: 'jws' })
  }
}

function kidsOf(keys: KeyStore, use: 'signing' | 'witness'): ReadonlySet<string> {
  return new Set(
    keys
      .nodeKeyThumbprints()
      .filter((key) => key.use === use)
      .map(({ kid }) => kid),
  )
}

function statedKeys({ signingKeys, witness }: VerifiedStatements): Parameters<KeyStore['goBy']>[0] {
  return { signing: signingKeys, witness }
}
