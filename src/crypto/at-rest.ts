import { createSecretKey } from 'node:crypto'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import { decryptBytes, encryptBytes } from './aes-gcm.js'

/** Encrypts the content of one thread or case; destroying the key erases all of it (architecture, decision 8). */
export interface DataKey {
  readonly id: string
  /** @param aad `table|row|column`, so that ciphertext moved to another place does not open */
  encrypt(plain: Uint8Array, aad: string): Uint8Array
  /** @throws ExchangeError content-unreadable */
  decrypt(cipher: Uint8Array, aad: string): Uint8Array
}

/** @param secret 32 bytes; copied, so the caller overwrites its own */
export function makeDataKey(id: string, secret: Uint8Array, random: Random): DataKey {
  const key = createSecretKey(secret)
  return {
    id,
    encrypt: (plain, aad) => encryptBytes(key, plain, aad, random),
    decrypt(cipher, aad) {
      const plain = decryptBytes(key, cipher, aad)
      if (plain === undefined) throw new ExchangeError('content-unreadable', { key: id })
      return plain
    },
  }
}
