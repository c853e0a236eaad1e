import type { KeyObject } from 'node:crypto'
import { toSeconds, type Clock } from '../base/clock.js'
import type { Random } from '../base/random.js'
import { prekeyDestroyDays, prekeyRotateDays, prekeyUsableDays } from '../wire/limits.js'
import { unwrapSecret, wrapSecret } from './key-encryption-key.js'
import type { PrekeyRow, PrekeyRows } from './key-rows.js'
import { keyPairFromSeed, seedBytes } from './private-key.js'

const daySeconds = 86_400

/** A prekey as the card shows it; times in seconds since the epoch. */
export interface PrekeyLife {
  /** Raw public key, base64url. */
  readonly key: string
  readonly notBefore: number
  readonly notAfter: number
}

export interface Rotation {
  readonly created: number
  readonly destroyed: number
}

export interface PrekeyRing {
  usable(nowSeconds: number): readonly PrekeyLife[]
  open(kid: string): KeyObject | undefined
  rotate(nowSeconds: number): Promise<Rotation>
}

export interface PrekeyRingDeps {
  readonly prekeyRows: PrekeyRows
  readonly kek: KeyObject
  readonly nodeId: string
  readonly clock: Clock
  readonly random: Random
}

interface OpenedPrekey {
  readonly privateKey: KeyObject
  readonly destroyAt: number
}

/** The node's prekeys: short-lived, so that captured envelopes die with them (PROTOCOL 1). */
export function makePrekeyRing({ prekeyRows, kek, nodeId, clock, random }: PrekeyRingDeps): PrekeyRing {
  const opened = new Map<string, OpenedPrekey>()
  let rotating: Promise<Rotation> | undefined

  function load({ kid, wrapped, destroyAt }: PrekeyRow): OpenedPrekey {
    const seed = unwrapSecret(kek, wrapped, { nodeId, kind: 'prekey', id: kid })
    const { privateKey } = keyPairFromSeed('X25519', seed)
    seed.fill(0)
    return { privateKey, destroyAt }
  }

  /** The key's time is up whether or not a rotation ran, for instance because the disk is full. */
  function dropExpired(now: number): void {
    for (const [kid, { destroyAt }] of opened) if (destroyAt <= now) opened.delete(kid)
  }

  async function rotate(now: number): Promise<Rotation> {
    const rows = prekeyRows.list()
    // A prekey from the future was made while the clock was ahead; no peer uses it yet, so it does not count.
    const isFresh = rows.some(({ notBefore }) => notBefore <= now && now - notBefore < prekeyRotateDays * daySeconds)
    if (!isFresh) await create(now)
    const expired = rows.filter(({ destroyAt }) => destroyAt <= now)
    for (const { kid } of expired) {
      await prekeyRows.destroy(kid)
      opened.delete(kid)
    }
    return { created: isFresh ? 0 : 1, destroyed: expired.length }
  }

  async function create(now: number): Promise<void> {
    const seed = Uint8Array.from(random.bytes(seedBytes))
    const { kid, x } = keyPairFromSeed('X25519', seed)
    const wrapped = wrapSecret(kek, seed, { nodeId, kind: 'prekey', id: kid }, random)
    seed.fill(0)
    await prekeyRows.insert({
      kid,
      key: x,
      wrapped,
      notBefore: now,
      notAfter: now + prekeyUsableDays * daySeconds,
      destroyAt: now + prekeyDestroyDays * daySeconds,
    })
  }

  return {
    usable(now) {
      return prekeyRows
        .list()
        .filter(({ notBefore, notAfter }) => notBefore <= now && now < notAfter)
        .sort((a, b) => a.notBefore - b.notBefore)
        .map(({ key, notBefore, notAfter }) => ({ key, notBefore, notAfter }))
    },

    open(kid) {
      const now = toSeconds(clock.now())
      dropExpired(now)
      const cached = opened.get(kid)
      if (cached !== undefined) return cached.privateKey
      const row = prekeyRows.find(kid)
      if (row === undefined || row.destroyAt <= now) return undefined
      const prekey = load(row)
      opened.set(kid, prekey)
      return prekey.privateKey
    },

    // Two rotations at once would both see the old state and both make a key.
    async rotate(now) {
      rotating ??= rotate(now).finally(() => {
        rotating = undefined
      })
      return rotating
    },
  }
}
