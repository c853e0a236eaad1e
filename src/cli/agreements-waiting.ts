import type { AgreementSummary } from '../wire/generated/types.js'
import { validateAgreementList } from '../wire/generated/validators.js'
import type { ApiAnswer, LocalApi } from './local-api.js'

/** Whether a peer proposed it and this node has to answer. */
export function isOurTurn({ state, standing, proposer, peer }: AgreementSummary): boolean {
  return state === 'proposed' && standing !== 'lapsed' && proposer === peer
}

/** The proposals of peers that this node has to answer. */
export async function agreementsWaitingForUs(api: LocalApi): Promise<ApiAnswer<readonly AgreementSummary[]>> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/agreements', answer: validateAgreementList })
  return answer.ok ? { ok: true, body: answer.body.agreements.filter(isOurTurn) } : answer
}
