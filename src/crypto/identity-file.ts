import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { ExchangeError } from '../base/errors.js'
import { systemRandom, type Random } from '../base/random.js'
import { nextKeyHashOf } from './node-id.js'
import { keyPairFromSeed, keyPairOf, seedBytes } from './private-key.js'

/** A new identity key and the next one, to which the first key statement commits (PROTOCOL 1). */
export interface Identity {
  /** Raw public key, base64url. */
  readonly publicKey: string
  readonly privateKey: KeyObject
  readonly nextPublicKeyHash: string
  readonly nextPrivateKey: KeyObject
}

/** 32-byte seeds; given only where the identity must be known beforehand, as in the demo. */
export interface IdentitySeeds {
  readonly identity: Uint8Array
  readonly next: Uint8Array
}

const algorithm = 'PBES2-HS512+A256KW'
const encryption = 'A256GCM'
/** About a third of a second on a small machine; a guess costs an attacker the same. */
const passphraseRounds = 600_000

export function createIdentity(random: Random = systemRandom, seeds?: IdentitySeeds): Identity {
  const identity = keyPairFromSeed('Ed25519', seeds?.identity ?? random.bytes(seedBytes))
  const next = keyPairFromSeed('Ed25519', seeds?.next ?? random.bytes(seedBytes))
  return {
    publicKey: identity.x,
    privateKey: identity.privateKey,
    nextPublicKeyHash: nextKeyHashOf(next.x),
    nextPrivateKey: next.privateKey,
  }
}

/**
 * The text of an identity file: one private key in a compact JWE under the passphrase, so that any JOSE tool opens it in
 * an emergency. Identity key and next key have a file each, so that they can lie in two places (decision 0009). The
 * caller checks the length of the passphrase. The header names the hash of the public key, as key statements do: which
 * key it is can be told without the passphrase.
 *
 * @param rounds lower in tests only
 */
export async function sealIdentityFile(
  key: KeyObject,
  passphrase: string,
  rounds: number = passphraseRounds,
): Promise<string> {
  const plain = JSON.stringify({ v: 1, key: key.export({ format: 'jwk' }) })
  return new CompactEncrypt(new TextEncoder().encode(plain))
    .setProtectedHeader({
      alg: algorithm,
      enc: encryption,
      typ: 'trm-identity',
      kid: nextKeyHashOf(keyPairOf('Ed25519', key).x),
    })
    .setKeyManagementParameters({ p2c: rounds })
    .encrypt(passwordBytes(passphrase))
}

/** The hash of the public key that the header of an identity file names; unauthenticated. Undefined where it names none. */
export function keyHashNamedBy(text: string): string | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(text.trim().split('.')[0] ?? '', 'base64url').toString())
    if (typeof header !== 'object' || header === null || !('kid' in header)) return undefined
    return typeof header.kid === 'string' ? header.kid : undefined
  } catch {
    return undefined
  }
}

/**
 * The private key in an identity file.
 *
 * @throws ExchangeError jose-malformed if it is no identity file, passphrase-wrong
 */
export async function openIdentityFile(text: string, passphrase: string): Promise<KeyObject> {
  const file = text.trim()
  if (file.split('.').length !== 5) throw new ExchangeError('jose-malformed', { file: 'identity' })
  try {
    const { plaintext } = await compactDecrypt(file, passwordBytes(passphrase), {
      keyManagementAlgorithms: [algorithm],
      contentEncryptionAlgorithms: [encryption],
      maxPBES2Count: passphraseRounds,
    })
    return keyIn(plaintext)
  } catch (cause) {
    throw new ExchangeError('passphrase-wrong', {}, { cause })
  }
}

function keyIn(plaintext: Uint8Array): KeyObject {
  // Authenticated by the passphrase: only sealIdentityFile wrote it.
  const { key } = JSON.parse(new TextDecoder().decode(plaintext)) as { readonly key: JsonWebKey }
  return createPrivateKey({ key, format: 'jwk' })
}

/** One form for the same letters, however a keyboard composes them (RFC 8265, 4.2). */
function passwordBytes(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize('NFC'))
}
