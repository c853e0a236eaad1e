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
import { phoneRules } from './rules/phone-rules.js'
import { placeRules } from './rules/place-rules.js'
import { plateRules } from './rules/plate-rules.js'
import { spelledNumberRules } from './rules/spelled-number-rules.js'
import { webRules } from './rules/web-rules.js'

/** Changes with every change of a rule; signed with each event and stated with every refusal. */
export const rulesetVersion = 'trm-identity/2'

/** Every class of rules. Where two findings are of one place, the class that stands first is told. */
export const ruleClasses: readonly RuleClass[] = [
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
  dateRules,
  nameRules,
  addressRules,
  plateRules,
  ageRules,
  fileRules,
]

/** Every rule, for people and for documents. */
export const identityRules: readonly IdentityRule[] = ruleClasses.flatMap(({ rules }) => rules)
