import { ExchangeError } from '../base/errors.js'
import type { Event } from '../wire/generated/types.js'
import type { DataKey } from '../crypto/at-rest.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { EventRow, ThreadRow } from '../store/rows.js'
import type { Left, Remains, StoredRemains } from './remains.js'

/** What binds a ciphertext to its row: content moved to another row, or another thread, does not decrypt. */
function contentLabel(author: string, id: string): string {
  return `event|${author}|${id}`
}

/** The compact JWS of an event, or what is left of it as JSON, as it lies in data.db. */
export function encryptContent(key: DataKey, author: string, id: string, content: string): Uint8Array {
  return key.encrypt(Buffer.from(content, 'utf8'), contentLabel(author, id))
}

/** @throws ExchangeError content-unreadable where the key was destroyed or the row altered */
export function decryptContent(keys: KeyStore, { keyId }: Pick<ThreadRow, 'keyId'>, row: EventRow): string {
  const key = keys.dataKey(keyId)
  if (key === undefined) throw new ExchangeError('content-unreadable', { event: row.id })
  return Buffer.from(key.decrypt(row.content, contentLabel(row.author, row.id))).toString('utf8')
}

/** Key id of the signature in a stored content, which was verified before. */
export function kidOf(content: string): string {
  if (isRemains(content)) return (JSON.parse(content) as StoredRemains).kid
  const header = JSON.parse(Buffer.from(content.slice(0, content.indexOf('.')), 'base64url').toString()) as {
    readonly kid: string
  }
  return header.kid
}

/**
 * The event in a stored content: a JWS, or what is left of one. It was verified and validated before it was stored, and its
 * ciphertext is authentic. Of remains the nonce and members of the body are gone: see `leftOf`.
 */
export function eventOf(content: string): Event {
  if (isRemains(content)) return (JSON.parse(content) as Remains).event as Event
  const payload = content.slice(content.indexOf('.') + 1, content.lastIndexOf('.'))
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Event
}

/** How much of the event a stored content still holds. */
export function leftOf(content: string): Left {
  return isRemains(content) ? (JSON.parse(content) as Remains).left : 'whole'
}

function isRemains(content: string): boolean {
  return content.startsWith('{')
}
