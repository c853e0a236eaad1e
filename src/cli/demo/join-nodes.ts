import { systemClock, systemTimers } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import type {
  AgreementList,
  AgreementView,
  CreatedInvitation,
  PairingList,
  PairingView,
  ProposeAgreementRequest,
} from '../../wire/generated/types.js'
import type { DemoNode } from './demo-node.js'

const pollMs = 15
/** A machine may have other things to do. */
const patienceMs = 60_000

/** Asks until there is something to see. @throws ExchangeError peer-timeout */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = systemClock.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (systemClock.now() > end) throw new ExchangeError('peer-timeout', { waitedFor: what })
    await new Promise<void>((resolve) => systemTimers.after(pollMs, resolve))
  }
}

/** Two people pair their nodes over the phone (PROTOCOL 6.2). Returns the digits that they read to each other. */
export async function pair(one: DemoNode, other: DemoNode): Promise<string> {
  const { invitation } = await one.api<CreatedInvitation>('POST', '/api/v1/invitations', {})
  const joined = await other.api<PairingView>('POST', '/api/v1/pairings', { invitation, pin: true })
  const waiting = await eventually('the pairing', async () => {
    const { pairings } = await one.api<PairingList>('GET', '/api/v1/pairings')
    return pairings.find(({ node }) => node === other.id)
  })
  // Each types in what the other one reads.
  await one.api('POST', `/api/v1/pairings/${waiting.id}/confirm`, { digits: joined.digits, pin: true })
  await other.api('POST', `/api/v1/pairings/${joined.id}/confirm`, { digits: waiting.digits })
  return joined.digits
}

/** One proposes, the other signs as well: from then on referrals may go between them. Returns the digest. */
export async function agree(
  one: DemoNode,
  other: DemoNode,
  template: ProposeAgreementRequest['template'],
): Promise<string> {
  const { digest } = await one.api<AgreementView>('POST', `/api/v1/peers/${other.id}/agreements`, { template })
  await stateOf(other, digest, 'proposed')
  await other.api('POST', `/api/v1/agreements/${digest}/accept`)
  await stateOf(one, digest, 'accepted')
  return digest
}

async function stateOf(node: DemoNode, wanted: string, state: string): Promise<void> {
  await eventually('the agreement', async () => {
    const { agreements } = await node.api<AgreementList>('GET', '/api/v1/agreements')
    return agreements.find((agreement) => agreement.digest === wanted && agreement.state === state)
  })
}
