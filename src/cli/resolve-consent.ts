import { validateCaseView } from '../wire/generated/validators.js'
import { casePath } from './case-change.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

const idLength = 36
const beginningPattern = /^[0-9a-f-]{4,36}$/

/** The consent of a case that a person means: its id, or a beginning of it that no other one of the case has. The case is read for it. */
export async function resolveConsent(
  api: LocalApi,
  name: string,
  consent: string,
): Promise<{ readonly ok: true; readonly consent: string } | Failure> {
  const beginning = consent.toLowerCase()
  if (!beginningPattern.test(beginning)) {
    return usageFailure(`A consent is named by its id, or by 4 to ${idLength} characters that it begins with.`)
  }
  if (beginning.length === idLength) return { ok: true, consent: beginning }
  const answer = await api.ask({ method: 'GET', path: casePath(name), answer: validateCaseView })
  if (!answer.ok) return answer
  const ids = new Set(answer.body.consents.map(({ record }) => record.consentId))
  const [found, ...others] = [...ids].filter((id) => id.startsWith(beginning))
  if (found === undefined) {
    return failure('case-entry-not-found', { detail: `The case has no consent that begins so: trm case show ${name}` })
  }
  if (others.length === 0) return { ok: true, consent: found }
  return usageFailure(`More than one consent of the case begins so. Write more of it: trm case show ${name}`)
}
