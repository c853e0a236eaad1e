import type { AgreementList, PeerView } from '../wire/generated/types.js'
import { validateAgreementList } from '../wire/generated/validators.js'
import { shortDigest } from './agreement-lines.js'
import type { ApiAnswer, LocalApi } from './local-api.js'

/** A proposal that one side alone signed. */
export interface WaitingProposal {
  /** As a person types it. */
  readonly name: string
  readonly isOurTurn: boolean
}

/** By peer: the proposal that waits for one of the two, the one that waits for us first. */
export async function waitingProposals(api: LocalApi): Promise<ApiAnswer<ReadonlyMap<string, WaitingProposal>>> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/agreements', answer: validateAgreementList })
  return answer.ok ? { ok: true, body: byPeer(answer.body) } : answer
}

function byPeer({ agreements }: AgreementList): ReadonlyMap<string, WaitingProposal> {
  const waiting = new Map<string, WaitingProposal>()
  for (const { state, standing, peer, proposer, digest } of agreements) {
    const isOurTurn = proposer === peer
    if (state !== 'proposed' || standing === 'lapsed' || (waiting.has(peer) && !isOurTurn)) continue
    waiting.set(peer, { name: shortDigest(digest), isOurTurn })
  }
  return waiting
}

/** How it stands with a peer in a word or two; a proposal counts where nothing is in force. */
export function agreementState(
  { agreement }: Pick<PeerView, 'agreement'>,
  waiting: WaitingProposal | undefined,
): string {
  if (agreement.state === 'inForce') return 'in force'
  if (waiting === undefined) return agreement.state
  return waiting.isOurTurn ? 'proposed by them: your turn' : 'proposed by us: their turn'
}
