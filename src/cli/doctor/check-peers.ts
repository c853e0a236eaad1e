import { systemClock, toTimestamp } from '../../base/clock.js'
import type { PeerView } from '../../wire/generated/types.js'
import { validatePeerList, validatePingResult } from '../../wire/generated/validators.js'
import { clockToleranceSeconds } from '../../wire/limits.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import { agreementState, waitingProposals, type WaitingProposal } from '../waiting-proposals.js'
import type { Finding } from './finding.js'

/** Pings under way at the same time. */
const pingsAtOnce = 8

/** Every peer: its card, and where the node runs, whether it answers. What is wrong there is no fault of this node. */
export async function checkPeers(api: LocalApi): Promise<readonly Finding[] | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/peers', answer: validatePeerList })
  if (!answer.ok) return answer
  const { peers } = answer.body
  if (peers.length === 0) {
    return [{ level: 'warn', check: 'peers', message: 'are none yet', mend: 'trm invite' }]
  }
  const proposals = await waitingProposals(api)
  if (!proposals.ok) return proposals
  const findings: Finding[] = []
  for (let at = 0; at < peers.length; at += pingsAtOnce) {
    const some = peers.slice(at, at + pingsAtOnce).map((peer) => checkPeer(api, peer, proposals.body.get(peer.id)))
    findings.push(...(await Promise.all(some)))
  }
  return findings
}

async function checkPeer(api: LocalApi, peer: PeerView, waiting: WaitingProposal | undefined): Promise<Finding> {
  const { id, label, cardExp, suspendedAt, agreement } = peer
  const check = `peer ${label}`
  const mend = `trm peer ping ${id}`
  const until = cardExp.slice(0, 10)
  if (suspendedAt !== undefined) return { level: 'warn', check, message: `is suspended since ${suspendedAt}` }
  if (cardExp <= toTimestamp(systemClock.now())) {
    return { level: 'warn', check, message: `has a card that ended on ${until}: nothing can be sent to it`, mend }
  }
  if (agreement.state !== 'inForce') {
    const message = `has no agreement in force (${agreementState(peer, waiting)}): no referral goes between you`
    return { level: 'warn', check, message, mend: agreementMend(peer, waiting) }
  }
  if (!api.isRunning)
    return { level: 'ok', check, message: `has a card until ${until}; not asked, the node does not run` }
  const ping = await api.ask({ method: 'POST', path: `/api/v1/peers/${id}/ping`, answer: validatePingResult })
  if (!ping.ok)
    return { level: 'warn', check, message: `does not answer: ${ping.problem.code}`, mend: mendOf(ping, mend) }
  const { ms, clockDifferenceSeconds: difference } = ping.body
  const message = `answers in ${ms} ms, its clock ${difference} s from ours; card until ${until}`
  return { level: Math.abs(difference) > clockToleranceSeconds / 5 ? 'warn' : 'ok', check, message }
}

/** What was just tried from here is no help. */
function mendOf({ problem }: Failure, ping: string): string {
  return problem.code === 'peer-refused-envelope' ? 'ask its people to run trm peer ping with this node' : ping
}

/** A second proposal beside one that waits would only confuse both sides. */
function agreementMend({ id, agreement }: PeerView, waiting: WaitingProposal | undefined): string {
  if (waiting?.isOurTurn === true) return `trm agreement show ${waiting.name}`
  if (waiting !== undefined) return `wait for them, or ask them to run: trm agreement accept ${waiting.name}`
  if (agreement.state === 'suspended') return 'trm agreement list'
  return `trm agreement propose ${id}`
}
