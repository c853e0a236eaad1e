import { validateAgreementList } from '../wire/generated/validators.js'
import { withoutHyphens } from './agreement-lines.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

const digestLength = 43
const beginningPattern = /^[A-Za-z0-9_-]{4,43}$/

/** The agreement that a person means: its digest, or a beginning of it that no other one has, hyphens in front left out or not; and the peer it is with. */
export async function resolveAgreement(
  api: LocalApi,
  beginning: string,
): Promise<{ readonly ok: true; readonly digest: string; readonly peer: string } | Failure> {
  if (!beginningPattern.test(beginning)) {
    return usageFailure(
      `An agreement is named by its digest, or by 4 to ${digestLength} characters that it begins with.`,
    )
  }
  const answer = await api.ask({ method: 'GET', path: '/api/v1/agreements', answer: validateAgreementList })
  if (!answer.ok) return answer
  const [found, ...others] = answer.body.agreements.filter(
    ({ digest }) => digest.startsWith(beginning) || withoutHyphens(digest).startsWith(beginning),
  )
  if (found === undefined) return failure('agreement-not-found', { detail: 'See what there is: trm agreement list' })
  if (others.length === 0) return { ok: true, digest: found.digest, peer: found.peer }
  return usageFailure('More than one agreement begins so. Write more of the digest: trm agreement list')
}
