import type { Command } from 'commander'
import type { RunCommand } from './command-context.js'
import { referralCheck } from './commands/referral-check.js'
import { referralDue } from './commands/referral-due.js'
import { referralErase } from './commands/referral-erase.js'
import { referralList } from './commands/referral-list.js'
import { referralNew } from './commands/referral-new.js'
import { referralReferOn } from './commands/referral-refer-on.js'
import { referralReopen } from './commands/referral-reopen.js'
import { referralSend } from './commands/referral-send.js'
import { referralShow } from './commands/referral-show.js'
import { withExamples } from './examples.js'
import { defineStep } from './steps/define-step.js'
import type { StepCommandType } from './steps/step-command.js'
import { stepCommands } from './steps/step-commands.js'

/** `trm referral`: what offers, shows and ends referrals, and one command for each step between. */
export function referralCommands(program: Command, run: RunCommand): void {
  const referral = withExamples(
    program
      .command('referral')
      .description('referrals, sent and received; a referral is named by the beginning of its thread'),
    ['trm referral list'],
  )
  for (const define of [referralNew, referralCheck, referralSend, referralList, referralDue, referralShow])
    define(referral, run)
  for (const [type, step] of Object.entries(stepCommands)) {
    // Object.entries forgets which names a record has.
    defineStep(referral, run, type as StepCommandType, step)
  }
  for (const define of [referralReferOn, referralReopen, referralErase]) define(referral, run)
}
