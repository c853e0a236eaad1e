import { fillClosureProposal, fillOnwardProposal } from './fill-proposal.js'
import type { StepCommand, StepCommandType } from './step-command.js'

/** Consent that changes, other receivers, and the end. */
export const endingSteps = {
  'onward.propose': {
    name: 'propose-onward',
    description: 'ask the sender whether the case may be referred on; nothing is disclosed yet',
    options: [
      { flags: '--to <peer>', at: '/recipient', words: 'node it would go to (id, or label of a peer)', reads: 'peer' },
      { flags: '--country <code>', at: '/country', words: 'country of that node, two letters' },
      { flags: '--agency-type <code>', at: '/agencyType', words: 'kind of agency' },
      { flags: '--purpose <code...>', at: '/purposes', words: 'what for' },
    ],
    examples: ['--to "Municipal Shelter East" --country RO --agency-type shelter --purpose assistance'],
  },
  'onward.answer': {
    name: 'answer-onward',
    description: 'answer a proposal to refer on, after asking the person where the grant says so',
    options: [
      { flags: '--answer <code>', at: '/answer', words: 'the answer' },
      {
        flags: '--proposal <digest>',
        at: '/proposal',
        words: 'which one, as trm referral show names it (default: the one that is open)',
        otherwise: 'none',
      },
    ],
    examples: ['--answer agreed', '--answer personRefuses --proposal 47DEQpj8'],
    fill: fillOnwardProposal,
  },
  'consent.withdraw': {
    name: 'withdraw',
    description: 'pass on that the person withdrew consent; no reason is ever asked for',
    options: [
      { flags: '--scope <code>', at: '/scope', words: 'what is withdrawn' },
      { flags: '--channel <code>', at: '/channel', words: 'through whom the person said so' },
      {
        flags: '--on <date>',
        at: '/withdrawnOn',
        words: 'day of the withdrawal, as 2026-11-24 (default: today, UTC)',
        otherwise: 'today',
      },
      { flags: '--purpose <code>', at: '/purpose', words: 'with the scope onePurpose: which' },
    ],
    examples: [
      '--scope everything --channel viaSender',
      '--scope onePurpose --purpose familyContact --channel viaReceiver',
    ],
  },
  'consent.update': {
    name: 'update-consent',
    description: 'a new grant in the place of the one before; what it covers no more is destroyed at the receiver',
    options: [],
    file: 'JSON of schemas/api/update-consent.schema.json: the grant from here on',
    examples: ['--file grant.json'],
  },
  'case.cannotContinue': {
    name: 'cannot-continue',
    description: 'this side cannot go on',
    options: [
      { flags: '--reason <code>', at: '/reason', words: 'why' },
      { flags: '--text <text>', at: '/text', words: 'what the code leaves out' },
      {
        flags: '--alternative <peer>',
        at: '/suggestedAlternative',
        words: 'another node that may help (id, or label of a peer)',
        reads: 'peer',
      },
    ],
    examples: ['--reason noFunding --alternative "Shelter South, IT"'],
  },
  'closure.propose': {
    name: 'propose-closure',
    description: 'propose to close the case',
    options: [
      { flags: '--outcome <code>', at: '/outcome', words: 'how it ended' },
      { flags: '--obstacle <code...>', at: '/obstacles', words: 'what stood in the way', otherwise: 'none' },
      { flags: '--check <code...>', at: '/checks', words: 'what was looked at', otherwise: 'none' },
      { flags: '--text <text>', at: '/text', words: 'what the codes leave out' },
    ],
    examples: ['--outcome goalReached --check needsMet agreedWithPerson'],
  },
  'closure.agree': {
    name: 'agree-closure',
    description: 'agree to the proposal to close that is open',
    options: [],
    examples: [''],
    fill: fillClosureProposal,
  },
  'closure.refuse': {
    name: 'refuse-closure',
    description: 'do not agree to close: the case goes on',
    options: [],
    examples: [''],
    fill: fillClosureProposal,
  },
  'referral.void': {
    name: 'void',
    description: 'a referral that was entered in error: without effect, and erased at both ends',
    options: [{ flags: '--reason <code>', at: '/reason', words: 'why' }],
    examples: ['--reason duplicate'],
  },
} as const satisfies Partial<Readonly<Record<StepCommandType, StepCommand>>>
