import { createSecretKey, type KeyObject } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { decodeBase64url } from '../wire/base64url.js'
import { aesKeyBytes, decryptBytes, encryptBytes } from './aes-gcm.js'

/** Where a wrapped secret belongs. It opens in no other row, file or node, even under the same key. */
export interface SecretPlace {
  readonly nodeId: string
  readonly kind: 'node' | 'data' | 'prekey'
  readonly id: string
}

/**
 * The key-encryption key from the bytes of its credential file: 32 raw bytes, or the same as 64 hex digits or as
 * base64 or base64url with or without padding, followed by at most one line end.
 *
 * @throws ExchangeError kek-missing
 */
export function parseKeyEncryptionKey(bytes: Uint8Array): KeyObject {
  const secret = bytes.length === aesKeyBytes ? bytes : decodeText(bytes)
  if (secret?.length !== aesKeyBytes) throw new ExchangeError('kek-missing', { bytes: bytes.length })
  return createSecretKey(secret)
}

/** Wraps a private key or data key for a key file. */
export function wrapSecret(kek: KeyObject, secret: Uint8Array, place: SecretPlace, random: Random): Uint8Array {
  return encryptBytes(kek, secret, placeText(place), random)
}

/**
 * Opens a wrapped secret. The caller overwrites what it gets.
 *
 * @throws ExchangeError kek-wrong, also if the row was altered or moved
 */
export function unwrapSecret(kek: KeyObject, wrapped: Uint8Array, place: SecretPlace): Uint8Array {
  const secret = decryptBytes(kek, wrapped, placeText(place))
  if (secret === undefined) throw new ExchangeError('kek-wrong', { kind: place.kind, id: place.id })
  return secret
}

/** Node ids and kinds hold no `|`, so no two places have one text. */
function placeText({ nodeId, kind, id }: SecretPlace): string {
  return `${nodeId}|${kind}|${id}`
}

function decodeText(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/\r?\n$/, '')
  if (/^[0-9A-Fa-f]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  return decodeBase64url(text.replace('=', '').replaceAll('+', '-').replaceAll('/', '_'))
}
