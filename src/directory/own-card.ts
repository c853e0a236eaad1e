import { toSeconds, type Clock } from '../base/clock.js'
import type { Card, NodeDocument } from '../wire/generated/types.js'
import { maxCardLifeSeconds } from '../wire/limits.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import type { OwnStatements } from './own-statements.js'

/** Suites this software speaks, by their names in the card. */
export const suites = ['x25519-a256gcm-ed25519'] as const
/** Protocol versions this software speaks. */
export const protocolVersions = [1] as const

const renewAfterSeconds = 86_400
const sequenceMeta = 'card-sequence'

export interface OwnCardDeps {
  readonly store: Store
  readonly keys: KeyStore
  readonly clock: Clock
  readonly statements: Pick<OwnStatements, 'texts' | 'verified'>
  readonly about: Pick<Card, 'node' | 'label' | 'country' | 'organisation' | 'url'>
}

export interface OwnCard {
  /** What `GET /.well-known/trm-node` answers. */
  document(): NodeDocument
  card(): Card
  /** Signs a new card if the current one is a day old, or prekeys, key statements or the signing key changed. */
  renew(): Promise<void>
}

/**
 * The node's own card, renewed daily. The sequence is kept before the card is shown, and never falls behind the clock,
 * so that a restored node does not use one twice (PROTOCOL 1).
 */
export async function openOwnCard(deps: OwnCardDeps): Promise<OwnCard> {
  let current = await signCard(deps)
  return {
    document: () => ({ statements: [...deps.statements.texts()], card: current.text }),
    card: () => current.card,
    async renew() {
      const now = toSeconds(deps.clock.now())
      const newest = deps.keys.currentPrekeys(now).at(-1)?.key
      const isCurrent =
        now < current.card.iat + renewAfterSeconds &&
        newest === current.card.prekeys.at(-1)?.key &&
        current.kid === deps.keys.signer().kid &&
        current.head === deps.statements.verified().head
      if (!isCurrent) current = await signCard(deps)
    },
  }
}

interface SignedCard {
  readonly card: Card
  readonly text: string
  /** The key that signed it, and the latest statement then. */
  readonly kid: string
  readonly head: string
}

async function signCard(deps: OwnCardDeps): Promise<SignedCard> {
  const { store, keys, clock, statements, about } = deps
  const now = toSeconds(clock.now())
  const last = await store.readMeta(sequenceMeta)
  const seq = Math.max(last === undefined ? 0 : Number(last) + 1, now)
  const result = await store.commit([{ do: 'setMeta', name: sequenceMeta, value: String(seq), expect: last ?? null }])
  // Somebody else signed a card at the same time: the next sequence is free again.
  if (!result.ok) return signCard(deps)
  const card: Card = {
    v: 1,
    node: about.node,
    seq,
    iat: now,
    exp: now + maxCardLifeSeconds,
    label: about.label,
    country: about.country,
    organisation: about.organisation,
    url: about.url,
    mailboxes: [],
    prekeys: keys.currentPrekeys(now).map(({ key, notBefore, notAfter }) => ({ key, notBefore, notAfter })),
    log: { origin: logOrigin(about.node), key: keys.logKeyPublic() },
    versions: [...protocolVersions],
    suites: [...suites],
  }
  const signer = keys.signer()
  return { card, text: signer.sign('trm-card+jwt', card), kid: signer.kid, head: statements.verified().head }
}

/** Origin of the first epoch of a node's exchange log (C2SP tlog-checkpoint: a schema-less URL). */
export function logOrigin(node: string): string {
  return `trm.node/${node}/1`
}

/** Whether an origin names a log of this node, of any epoch. */
export function isLogOriginOf(node: string, origin: string): boolean {
  return origin.startsWith(`trm.node/${node}/`)
}
