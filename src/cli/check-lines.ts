import type { DraftCheck } from '../wire/generated/types.js'
import { beyondWords } from './beyond-words.js'
import { minuteOf } from './minute-of.js'
import { columns } from './table.js'
import type { TextOptions } from './text-options.js'
import { wayOutOf } from './way-out.js'

type Fault = DraftCheck['faults'][number]
type Advice = DraftCheck['advice'][number]

/** What experience says, as a person needs it. */
const adviceWords: Readonly<Record<Advice['code'], string>> = {
  returnLeadTimeShort: 'a receiver needs some thirty days to prepare a return',
  hearingNoticeShort: 'fewer than 21 days of notice before the hearing',
  childWithoutEscort: 'a child travels, and nobody goes along',
  consentEndsSoon: 'the consent ends within thirty days',
  followUpNotGranted: 'the consent has no purpose followUp: every report on how the person fares will be refused',
  deskClosedNow: 'the desk that gets it is closed now',
}

/** What to do about it, before it is sent and after. */
const adviceSteps: Readonly<Partial<Record<Advice['code'], { readonly before: string; readonly after: string }>>> = {
  followUpNotGranted: {
    before: 'Ask the person now, before it is sent',
    after: 'Ask the person. If they agree: trm referral update-consent --help',
  },
}

function wordsOf({ code, hours }: Advice, moment: 'before' | 'after'): string {
  const step = adviceSteps[code]?.[moment]
  return [adviceWords[code] + (hours === undefined ? '' : `, ${openingWords(hours)}`), ...[step ?? []].flat()].join(
    '. ',
  )
}

/** When it opens, in UTC and with its time zone, and whom to call instead. */
function openingWords({ desk, timeZone, opensAt, emergency }: NonNullable<Advice['hours']>): string {
  const opens = opensAt === undefined ? 'answers by appointment' : `opens ${minuteOf(opensAt)} (${timeZone})`
  const calls = emergency.map(
    (each) =>
      `${each.desk} ${[...each.phones.map(({ number }) => number), each.email].join(' ')}${each.openNow ? '' : ' (closed now as well)'}`,
  )
  return `${desk} ${opens}; emergency desk: ${calls.length === 0 ? 'none in their records' : calls.join(', ')}`
}

/** Faults and advice as a table: level, code, place, and what would be right. */
export function checkLines({ faults, advice }: Pick<DraftCheck, 'faults' | 'advice'>): readonly string[] {
  return columns([
    ...faults.map((fault) => [fault.level, fault.code, placeOf(fault), faultWords(fault)]),
    ...advice.map((each) => ['advice', each.code, each.pointer, wordsOf(each, 'before')]),
  ])
}

/** Advice alone, one line each, on what was sent. */
export function adviceLines({ advice }: Pick<DraftCheck, 'advice'>): readonly string[] {
  return advice.map((each) => `ADVICE ${each.code}: ${wordsOf(each, 'after')} (${each.pointer})`)
}

/** What is wrong at a place, and what would be right. */
export function faultWords({ rule, start, end, message, purposes = [], agreed, exceeding }: Fault): string {
  if (agreed !== undefined && exceeding !== undefined) return beyondWords({ agreed, exceeding })
  if (rule !== undefined) return `${rule} ${String(start)}-${String(end)}`
  if (message !== undefined) return message
  return purposes.length === 0 ? '' : `needs consent to ${purposes.join(' or ')}`
}

/** The place without the keyword, where words tell it. */
export function placeOf({ pointer, message }: Fault): string {
  return message === undefined ? pointer : (pointer.split(' ')[0] ?? pointer)
}

/** The faults without those that a person decided about already, in the command itself. */
export function unsettled(
  { faults }: Pick<DraftCheck, 'faults'>,
  { leaveOut, acceptDoubts }: TextOptions,
): Pick<DraftCheck, 'faults'> {
  const isSettled = ({ code }: Fault): boolean =>
    (code === 'identity-found' && leaveOut === true) || (code === 'identity-doubtful' && acceptDoubts !== undefined)
  return { faults: faults.filter((fault) => !isSettled(fault)) }
}

/** What a person can do, once for each code. */
export function waysOut({ faults }: Pick<DraftCheck, 'faults'>): readonly string[] {
  const codes = new Set(faults.map(({ code }) => code))
  return [...codes].flatMap((code) => wayOutOf(code)?.split('\n') ?? [])
}
