import { ExchangeError } from '../../base/errors.js'
import type { DataKey } from '../../crypto/at-rest.js'
import type { KeyStore } from '../../crypto/key-store.js'
import type { InvitationRow } from '../../store/rows.js'
import type { InvitationCode } from './invitation-code.js'

/** The secret part of a code as it lies in data.db. @throws ExchangeError key-missing */
export function encryptInvitationSecret(keys: KeyStore, { id, secret }: InvitationCode): Uint8Array {
  return nodeKeyOf(keys).encrypt(Buffer.from(secret), labelOf(id))
}

/** @throws ExchangeError key-missing, content-unreadable */
export function decryptInvitationSecret(keys: KeyStore, { id, secret }: Pick<InvitationRow, 'id' | 'secret'>): string {
  return Buffer.from(nodeKeyOf(keys).decrypt(secret, labelOf(id))).toString()
}

function labelOf(id: string): string {
  return `invitations|${id}|secret`
}

function nodeKeyOf(keys: KeyStore): DataKey {
  const key = keys.dataKey('node')
  if (key === undefined) throw new ExchangeError('key-missing', { use: 'data' })
  return key
}
