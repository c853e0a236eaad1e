import type { StepCommand, StepCommandType } from './step-command.js'

/** From the first day of work to the reports. */
export const workingSteps = {
  'work.start': {
    name: 'start',
    description: 'the work on the case begins',
    options: [
      { flags: '--measure <id...>', at: '/sopMeasures', words: 'measures begun, from trm sop list', otherwise: 'none' },
    ],
    examples: ['', '--measure SOP4.M2 SOP4.M5'],
  },
  'partial.result': {
    name: 'result',
    description: 'tell what was found or done',
    options: [
      { flags: '--kind <code>', at: '/kind', words: 'what' },
      { flags: '--contact-made', at: '/contactMade', words: 'the person was spoken with' },
      {
        flags: '--measure <id=state...>',
        at: '/measures',
        words: 'a measure and how it stands, as SOP4.M2=done',
        reads: ['measure', 'state'],
      },
      { flags: '--text <text>', at: '/text', words: 'the result in words' },
    ],
    file: 'the section risk',
    examples: ['--kind placeReserved', '--kind riskAssessed --contact-made --file risk.json'],
  },
  'case.hold': {
    name: 'hold',
    description: 'let the case rest',
    options: [{ flags: '--reason <code>', at: '/reason', words: 'why' }],
    examples: ['--reason documentsPending'],
  },
  'case.resume': { name: 'resume', description: 'go on with a case that rests', options: [], examples: [''] },
  'travel.notice': {
    name: 'travel',
    description: 'announce the exact times of a journey; both nodes destroy them three days after it',
    options: [
      { flags: '--departs <time>', at: '/departs', words: 'departure, as 2026-11-22T09:30:00Z', reads: 'time' },
      { flags: '--arrives <time>', at: '/arrives', words: 'arrival, within three days from now', reads: 'time' },
      { flags: '--mode <code>', at: '/mode', words: 'how the person travels' },
      { flags: '--escort <code>', at: '/escort', words: 'who goes along' },
      { flags: '--handover <code>', at: '/handoverPoint', words: 'where the person is met' },
      { flags: '--carrier <number>', at: '/carrierCode', words: 'number of the flight, train or line, as "XX 1234"' },
      {
        flags: '--reception-confirmed',
        at: '/receptionConfirmed',
        words: 'they confirmed that somebody will be there; else no notice goes',
        passes: '--reception-confirmed',
      },
      {
        flags: '--assessed <code>',
        at: '/jointlyAssessed',
        words: 'who assessed the risk of the journey; a notice goes with joint alone',
        passes: '--assessed joint',
      },
    ],
    examples: [
      '--departs 2026-11-22T09:30:00Z --arrives 2026-11-22T12:10:00Z --mode air --escort none --handover airport --reception-confirmed --assessed joint',
    ],
  },
  'arrival.confirm': {
    name: 'arrived',
    description: 'the person arrived and was met',
    options: [
      { flags: '--on <day>', at: '/arrivedOn', words: 'day of arrival (default: today, UTC)', otherwise: 'today' },
    ],
    examples: ['', '--on 2026-11-22'],
  },
  'arrival.missed': {
    name: 'missed',
    description:
      'the person did not arrive: alarms both desks. With travelCancelled, before the departure as well: the journey is called off',
    options: [{ flags: '--reason <code>', at: '/reason', words: 'what is known' }],
    examples: ['--reason notOnBoard', '--reason travelCancelled'],
  },
  'case.takeover': {
    name: 'take-over',
    description: "take the duty of care over; the sender's ends only here",
    options: [
      {
        flags: '--every-days <number>',
        at: '/followUpPlan/everyDays',
        words: 'days between two reports; with --until and --item',
        reads: 'number',
      },
      { flags: '--until <month>', at: '/followUpPlan/untilMonth', words: 'month of the last report, as 2027-06' },
      { flags: '--item <code...>', at: '/followUpPlan/items', words: 'what the reports are about' },
    ],
    examples: ['', '--every-days 30 --until 2027-06 --item safety housing'],
  },
  'followUp.request': {
    name: 'ask-follow-up',
    description: 'ask the receiver for a report',
    options: [{ flags: '--item <code...>', at: '/items', words: 'what it is asked about' }],
    examples: ['--item safety wellbeingOwnView'],
  },
  'followUp.report': {
    name: 'follow-up',
    description: 'report how it stands',
    options: [
      {
        flags: '--month <month>',
        at: '/period',
        words: 'month it is about (default: this one)',
        otherwise: 'thisMonth',
      },
      {
        flags: '--item <item=state...>',
        at: '/items',
        words: 'an item and how it stands, as housing=good',
        reads: ['item', 'state'],
      },
      { flags: '--text <text>', at: '/text', words: 'what the codes leave out' },
    ],
    examples: ['--item safety=good housing=fair', '--month 2027-01 --item work=poor --text - < report.txt'],
  },
} as const satisfies Partial<Readonly<Record<StepCommandType, StepCommand>>>
