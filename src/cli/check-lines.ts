import type { DraftCheck } from '../wire/generated/types.js'
import { columns } from './table.js'
import { wayOutOf } from './way-out.js'

type Fault = DraftCheck['faults'][number]
type Advice = DraftCheck['advice'][number]

/** What experience says, as a person needs it. */
const adviceWords: Readonly<Record<Advice['code'], string>> = {
  returnLeadTimeShort: 'a receiver needs some thirty days to prepare a return',
  hearingNoticeShort: 'fewer than 21 days of notice before the hearing',
  childWithoutEscort: 'a child travels, and nobody goes along',
  consentEndsSoon: 'the consent ends within thirty days',
  followUpNotGranted:
    'the consent has no purpose followUp: every report on how the person fares will be refused. Ask the person now, before it is sent',
}

/** Faults and advice as a table: level, code, place, and what would be right. */
export function checkLines({ faults, advice }: Pick<DraftCheck, 'faults' | 'advice'>): readonly string[] {
  return columns([
    ...faults.map((fault) => [fault.level, fault.code, placeOf(fault), faultWords(fault)]),
    ...advice.map((each) => ['advice', each.code, each.pointer, adviceWords[each.code]]),
  ])
}

/** Advice alone, one line each. */
export function adviceLines({ advice }: Pick<DraftCheck, 'advice'>): readonly string[] {
  return advice.map(({ code, pointer }) => `ADVICE ${code}: ${adviceWords[code]} (${pointer})`)
}

/** What is wrong at a place, and what would be right. */
export function faultWords({ rule, start, end, message, purposes = [] }: Fault): string {
  if (rule !== undefined) return `${rule} ${String(start)}-${String(end)}`
  if (message !== undefined) return message
  return purposes.length === 0 ? '' : `needs consent to ${purposes.join(' or ')}`
}

/** The place without the keyword, where words tell it. */
export function placeOf({ pointer, message }: Fault): string {
  return message === undefined ? pointer : (pointer.split(' ')[0] ?? pointer)
}

/** What a person can do, once for each code. */
export function waysOut({ faults }: Pick<DraftCheck, 'faults'>): readonly string[] {
  const codes = new Set(faults.map(({ code }) => code))
  return [...codes].flatMap((code) => wayOutOf(code)?.split('\n') ?? [])
}
