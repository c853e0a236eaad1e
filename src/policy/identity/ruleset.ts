import type { IdentityRule, RuleClass } from './identity-rule.js'
import { accountRules } from './rules/account-rules.js'
import { addressRules } from './rules/address-rules.js'
import { ageRules } from './rules/age-rules.js'
import { dateRules } from './rules/date-rules.js'
import { deviceRules } from './rules/device-rules.js'
import { documentRules } from './rules/document-rules.js'
import { fileRules } from './rules/file-rules.js'
import { handleRules } from './rules/handle-rules.js'
import { mailRules } from './rules/mail-rules.js'
import { nameRules } from './rules/name-rules.js'
import { numberRules } from './rules/number-rules.js'
import { partedNumberRules } from './rules/parted-number-rules.js'
import { phoneRules } from './rules/phone-rules.js'
import { placeRules } from './rules/place-rules.js'
import { plateRules } from './rules/plate-rules.js'
import { spelledNumberRules } from './rules/spelled-number-rules.js'
import { webRules } from './rules/web-rules.js'
import { makeRuleset, nameOfVersion } from './ruleset-version.js'

const ruleClasses: readonly RuleClass[] = [
  mailRules,
  phoneRules,
  accountRules,
  placeRules,
  webRules,
  deviceRules,
  documentRules,
  numberRules,
  handleRules,
  spelledNumberRules,
  partedNumberRules,
  dateRules,
  nameRules,
  addressRules,
  plateRules,
  ageRules,
  fileRules,
]

/**
 * The rules of this program. Version 1 was never released; version 2 grows in place until the first release. From then on a new version says `newest` one higher, and each rule that it adds
 * that number in `since`; what it makes find more, or raises to deny, is a rule of a new name (PROTOCOL 5.6).
 */
export const identityRuleset = makeRuleset({ oldest: 2, newest: 2, classes: ruleClasses })

/** Signed with each event that this node writes, and stated with every refusal of its own. */
export const rulesetVersion = nameOfVersion(identityRuleset.newest)

/** Every rule, for people and for documents. */
export const identityRules: readonly IdentityRule[] = [...identityRuleset.rules.values()]
