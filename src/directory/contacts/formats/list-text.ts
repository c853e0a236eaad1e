import type { Desk } from '../contact-types.js'
import { codeWords } from './code-words.js'

/** What a desk does and when, in lines that people read. */
export function listText(desk: Desk): readonly string[] {
  return [
    line('services', desk.services.map(codeWords)),
    line('for', desk.targetGroups.map(codeWords)),
    line('languages', desk.languages),
    line('takes cases of', desk.countriesServed),
    line('handles', desk.referralTypes.map(codeWords)),
    line('answers', [hoursText(desk.hours)]),
    line('capacity', [desk.capacity]),
    line('checked', [`${desk.checkedOn} by ${codeWords(desk.checkedBy)}`]),
  ].flat()
}

/** Hours in one line: `MO TU 08:00-16:00 (Europe/Bucharest)`. */
export function hoursText({ always, open, timeZone }: Desk['hours']): string {
  if (always) return 'day and night'
  if (open.length === 0) return 'by appointment'
  return `${open.map(({ days, opens, closes }) => `${days.join(' ')} ${opens}-${closes}`).join(', ')} (${timeZone})`
}

function line(name: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [`${name}: ${values.join(', ')}`]
}
