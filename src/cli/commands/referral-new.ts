import { Argument, InvalidArgumentError, type Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { requiredPurposes, type ReferralType } from '../../policy/required-purposes.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { isCountry } from '../is-country.js'
import type { Outcome } from '../outcome.js'
import { startingFile } from '../starting/starting-file.js'
import { startingGrant } from '../starting/starting-grant.js'
import { startingReferral } from '../starting/starting-referral.js'

interface Options {
  readonly nationality: string
  readonly child: boolean
  readonly language: string
  readonly forCase: boolean
  readonly real: boolean
}

/** `trm referral new` */
export function referralNew(parent: Command, run: RunCommand): void {
  const command = parent
    .command('new')
    .description('a referral to begin with, as a file for check and send; needs no node')
    .addArgument(
      new Argument('<type>', 'what is asked for: trm codes referralType').choices(Object.keys(requiredPurposes)),
    )
    .requiredOption('--nationality <country>', 'country that the person is probably from, two letters', parseCountry)
    .option('--child', 'a child, or one who may be: a guardian consents, and the child assents', false)
    .option('--language <tag>', 'language in which the person was spoken with', 'en')
    .option('--for-case', 'without a grant: it comes from the consent of a case (send --case --consent)', false)
    .option('--real', 'no exercise: somebody will act on it', false)
  withExamples(command, [
    'trm referral new assistedVoluntaryReturn --nationality RO > referral.json',
    'trm referral new transferForProtection --nationality AL --child --for-case > referral.json',
  ]).action((type: ReferralType, options: Options, self: Command) => run(self, () => begin(type, options)))
}

function begin(type: ReferralType, { nationality, forCase, ...options }: Options): Outcome {
  // Whom it is about nobody has to say twice.
  const child = options.child || type === 'childProtectionNotification'
  const facts = { type, ...options, child, nowMs: systemClock.now() }
  const referral = startingReferral(facts, nationality)
  const file = forCase ? { referral } : { referral, grant: startingGrant(facts) }
  return startingFile(file, [
    'TO FILL IN stands where only a person can know; nothing passes until each of them is filled in.',
    'Every other code is to be looked at and changed to what is true: trm codes LIST. Days and months count from today.',
    ...(forCase
      ? []
      : [
          'The grant says what the person agreed to: ask first. evidence stands for the signed paper: trm evidence FILE',
        ]),
    ...(options.real ? [] : ['It is an EXERCISE (isExercise): nobody acts on it. For a real person: --real']),
    'Then: trm referral check FILE --to PEER',
  ])
}

/** @throws InvalidArgumentError where it is none */
function parseCountry(code: string): string {
  if (!/^[A-Z]{2}$/.test(code) || !isCountry(code)) throw new InvalidArgumentError('It must be a country, as RO.')
  return code
}
