import { ExchangeError } from '../base/errors.js'
import type { Event } from '../wire/generated/types.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { EventRow, ThreadRow } from '../store/rows.js'

/** What binds a ciphertext to its row: content moved to another row, or another thread, does not decrypt. */
function contentLabel(author: string, id: string): string {
  return `event|${author}|${id}`
}

/** The compact JWS of an event as it lies in data.db. */
export function encryptContent(key: DataKey, author: string, id: string, jws: string): Uint8Array {
  return key.encrypt(Buffer.from(jws, 'latin1'), contentLabel(author, id))
}

/** @throws ExchangeError content-unreadable where the key was destroyed or the row altered */
export function decryptContent(keys: KeyStore, { keyId }: Pick<ThreadRow, 'keyId'>, row: EventRow): string {
  const key = keys.dataKey(keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { event: row.id })
  return Buffer.from(key.decrypt(row.content, contentLabel(row.author, row.id))).toString('latin1')
}

/** Key id in the header of a stored JWS, which was verified before. */
export function kidOf(jws: string): string {
  const header = JSON.parse(Buffer.from(jws.slice(0, jws.indexOf('.')), 'base64url').toString()) as {
    readonly kid: string
  }
  return header.kid
}

/** The event in a stored JWS. It was verified and validated before it was stored, and its ciphertext is authentic. */
export function eventOf(jws: string): Event {
  const payload = jws.slice(jws.indexOf('.') + 1, jws.lastIndexOf('.'))
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Event
}
