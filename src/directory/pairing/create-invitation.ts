import type { Clock } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type { Random } from '../../base/random.js'
import type { KeyStore } from '../../crypto/key-store.js'
import type { Store } from '../../store/port.js'
import type { InvitationRow } from '../../store/rows.js'
import { makeInvitationCode, type InvitationCode } from './invitation-code.js'
import { encryptInvitationSecret } from './invitation-secret.js'
import { defaultInvitationHours } from './pairing-life.js'

export interface CreateInvitationDeps {
  readonly store: Store
  readonly keys: KeyStore
  readonly clock: Clock
  readonly random: Random
}

const hourMs = 3_600_000

/**
 * Makes an invitation (PROTOCOL 6). The code is told once and is not kept in the clear.
 *
 * @param hours how long it works; the schema of the request bounds it
 * @throws ExchangeError conflict where the id is taken: try again
 */
export async function createInvitation(
  { store, keys, clock, random }: CreateInvitationDeps,
  hours = defaultInvitationHours,
): Promise<{ readonly code: InvitationCode; readonly row: InvitationRow }> {
  const code = makeInvitationCode(random)
  const now = clock.now()
  const row: InvitationRow = {
    id: code.id,
    secret: encryptInvitationSecret(keys, code),
    createdAt: now,
    expiresAt: now + hours * hourMs,
    usedBy: null,
    revokedAt: null,
  }
  const result = await store.commit([{ do: 'insertInvitation', row }])
  if (!result.ok) throw new ExchangeError('conflict', { invitation: code.id })
  return { code, row }
}
