import { toDay } from '../../base/clock.js'
import { roleWords } from '../../wire/generated/role-words.js'
import type { Desk } from './contact-types.js'
import { isKnownTimeZone } from './zone-times.js'

/** What is wrong with the desks of a record. */
export interface DeskFault {
  readonly code: 'desk-without-service' | 'contact-personal' | 'contact-invalid'
  /** JSON pointer into the record and a word for the rule: `/desks/0/hours/timeZone zone`. */
  readonly pointer: string
}

/**
 * What a schema cannot say of desks (PROTOCOL 7): each gives and handles something, none is a person's mailbox, names are unique,
 * hours can be read, nobody checked it tomorrow. Judged where a record is written and where one comes from a partner.
 */
export function checkDesks(desks: readonly Desk[], nowSeconds: number): readonly DeskFault[] {
  // A day ahead of UTC somebody may already be.
  const tomorrow = toDay((nowSeconds + 86_400) * 1000)
  return desks.flatMap((desk, index) => {
    const at = `/desks/${index}`
    const faults: DeskFault[] = []
    const missing = (['services', 'referralTypes'] as const).find((list) => desk[list].length === 0)
    if (missing !== undefined) faults.push({ code: 'desk-without-service', pointer: `${at}/${missing} minItems` })
    if (!isRoleMailbox(desk.email)) faults.push({ code: 'contact-personal', pointer: `${at}/email role` })
    const invalid = (pointer: string): void => void faults.push({ code: 'contact-invalid', pointer: `${at}${pointer}` })
    if (desks.findIndex((other) => other.desk === desk.desk) !== index) invalid('/desk unique')
    if (!isKnownTimeZone(desk.hours.timeZone)) invalid('/hours/timeZone zone')
    if (desk.hours.always && desk.hours.open.length > 0) invalid('/hours/open maxItems')
    desk.hours.open.forEach(({ opens, closes }, place) => {
      if (opens >= closes) invalid(`/hours/open/${place}/closes order`)
    })
    if (desk.checkedOn > tomorrow) invalid('/checkedOn maximum')
    return faults
  })
}

/** Shorter words stand in names of people: only longer ones count inside a longer word. */
const minInnerLength = 6

/** Whether the local part of an address names an office or a job in one of the languages of schemas/role-words.json. */
export function isRoleMailbox(email: string): boolean {
  const [local = ''] = email.split('@')
  return local.split(/[^a-z]+/).some((part) => roleWords.has(part) || hasInnerWord(part))
}

function hasInnerWord(part: string): boolean {
  for (const word of roleWords) if (word.length >= minInnerLength && part.includes(word)) return true
  return false
}
