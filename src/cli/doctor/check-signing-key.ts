import { systemClock, toTimestamp } from '../../base/clock.js'
import type { KeyList } from '../../wire/generated/types.js'
import { validateKeyList } from '../../wire/generated/validators.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import type { Finding } from './finding.js'

/** The ceremony needs people and a stick from a safe: they are told a month before. */
const noticeMs = 30 * 86_400_000

/** How long the node can go on signing, and whether its last change of identity was approved. */
export async function checkSigningKey(api: LocalApi): Promise<readonly Finding[] | Failure> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/keys', answer: validateKeyList })
  return answer.ok ? signingFindings(answer.body, systemClock.now()) : answer
}

/** @param nowMs our clock */
export function signingFindings(
  { keys, identityApproved }: Pick<KeyList, 'keys' | 'identityApproved'>,
  nowMs: number,
): readonly Finding[] {
  const check = 'signing key'
  const mend = 'trm key rotate --help'
  // Times of the API sort as text.
  const ends = keys
    .filter(({ use, state }) => use === 'signing' && (state === 'inUse' || state === 'inForce' || state === 'planned'))
    .map(({ notAfter = '', endsAt }) => (endsAt !== undefined && endsAt < notAfter ? endsAt : notAfter))
    .sort()
  const until = ends.at(-1)
  const unapproved: Finding = {
    level: 'warn',
    check: 'identity key',
    message: 'was changed without the approval of the old one: peers take the change 72 hours after they see it',
  }
  const others = identityApproved ? [] : [unapproved]
  if (until === undefined || !keys.some(({ use, state }) => use === 'signing' && state === 'inUse')) {
    return [{ level: 'fail', check, message: 'has ended: peers refuse whatever this node signs', mend }, ...others]
  }
  const message = `signs until ${until.slice(0, 10)}`
  if (until < toTimestamp(nowMs + noticeMs)) return [{ level: 'warn', check, message, mend }, ...others]
  return [{ level: 'ok', check, message }, ...others]
}
