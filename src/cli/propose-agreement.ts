import { validateAgreementView, validateProposeAgreementRequest } from '../wire/generated/validators.js'
import { agreementLine, shortDigest } from './agreement-lines.js'
import { notesOf } from './agreement-step.js'
import type { OptionNames } from './check-options.js'
import type { LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'

/** Proposes what the body says to a peer: a new agreement, an amendment or a renewal. */
export async function proposeAgreement(
  api: LocalApi,
  peer: string,
  body: object,
  options: OptionNames = {},
): Promise<Outcome> {
  const answer = await api.ask({
    method: 'POST',
    path: `/api/v1/peers/${encodeURIComponent(peer)}/agreements`,
    body,
    bodySchema: validateProposeAgreementRequest,
    namesMembers: true,
    options,
    answer: validateAgreementView,
  })
  if (!answer.ok) return answer
  const notes = [`It counts when the other side accepts it: trm agreement accept ${shortDigest(answer.body.digest)}`]
  return { ok: true, result: answer.body, lines: [agreementLine(answer.body)], notes: [...notes, ...notesOf(api)] }
}
