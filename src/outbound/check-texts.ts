import { textsOf } from '../policy/free-texts.js'
import { findIdentityData } from '../policy/identity/find-identity-data.js'
import { leaveOut } from '../policy/identity/leave-out.js'
import { rulesAt, type Ruleset } from '../policy/identity/ruleset-version.js'
import type { DraftCheck, SubmitReferralRequest } from '../wire/generated/types.js'

export interface TextCheck {
  /** Whether the texts would go, with what the draft itself says of leaving out and of doubts. */
  readonly passes: boolean
  readonly faults: DraftCheck['faults']
  /** What would be left of the texts that are denied. */
  readonly leftOut: DraftCheck['leftOut']
}

/**
 * What the identity firewall says of the texts of a draft: also of one that does not fit its schema, so that nobody mends its form first
 * and hears of a name afterwards. Pointers are those of the request.
 */
export function checkTexts(
  ruleset: Ruleset,
  draft: object,
  wishes: Pick<SubmitReferralRequest, 'leaveOut' | 'acceptDoubts'> = {},
): TextCheck {
  const texts = textsOf('referral.offer', draft)
  const rules = rulesAt(ruleset, ruleset.newest)
  const faults = texts.flatMap(({ pointer, text }) =>
    findIdentityData(text, ruleset).map(({ rule, level, start, end }) => {
      const code = level === 'deny' ? 'identity-found' : 'identity-doubtful'
      return { code, pointer, level, rule, start, end } as const
    }),
  )
  const left = texts.map(({ pointer, text }) => ({ pointer, ...leaveOut(text, rules) }))
  const leftOut = left.filter(({ findings }) => findings.length > 0).map(({ pointer, text }) => ({ pointer, text }))
  const going = wishes.leaveOut === true ? left : texts
  const levels = going.flatMap(({ text }) => findIdentityData(text, rules).map(({ level }) => level))
  const passes = levels.every((level) => level === 'warn' && wishes.acceptDoubts !== undefined)
  return { passes, faults, leftOut }
}
