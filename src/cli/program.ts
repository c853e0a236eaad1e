import { Command } from 'commander'
import { software } from '../base/version.js'
import type { RunCommand } from './command-context.js'
import { configCheck } from './commands/config-check.js'
import { configShow } from './commands/config-show.js'
import { demo } from './commands/demo.js'
import { doctor } from './commands/doctor.js'
import { health } from './commands/health.js'
import { init } from './commands/init.js'
import { peerAdd } from './commands/peer-add.js'
import { peerList } from './commands/peer-list.js'
import { peerTest } from './commands/peer-test.js'
import { referralAccept } from './commands/referral-accept.js'
import { referralDecline } from './commands/referral-decline.js'
import { referralList } from './commands/referral-list.js'
import { referralRecall } from './commands/referral-recall.js'
import { referralSend } from './commands/referral-send.js'
import { referralShow } from './commands/referral-show.js'
import { referralWithdraw } from './commands/referral-withdraw.js'
import { serve } from './commands/serve.js'
import { tokenCreate } from './commands/token-create.js'
import { tokenList } from './commands/token-list.js'
import { tokenRevoke } from './commands/token-revoke.js'
import { versionCommand } from './commands/version-command.js'
import { withExamples } from './examples.js'
import { exitCodeMeanings } from './exit-codes.js'

/** Options of every command. */
export interface GlobalOptions {
  readonly data?: string
  readonly json?: true
}

export interface HelpOutput {
  /** Help that was asked for. */
  readonly writeOut: (text: string) => void
  /** Help in place of a command that is missing. */
  readonly writeErr: (text: string) => void
}

/** Every command of `trm`. What is wrong with a command line is thrown. */
export function makeProgram(help: HelpOutput, run: RunCommand): Command {
  const program = new Command('trm')
    .description('A node of the transnational referral federation: set it up, run it, send and answer referrals.')
    .version(software, '-V, --version', 'print the version')
    .option('--data <dir>', 'data folder of the node (default: TRM_DATA, else ./trm-data)')
    .option('--json', 'print the result, or the problem, as one line of JSON')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ ...help, outputError: () => {} })
    .exitOverride()
    .addHelpText('after', exitCodeHelp())
  withExamples(program, [
    'trm init --data /var/lib/trm',
    'trm serve --data /var/lib/trm',
    'trm referral list --state offered --json',
  ])

  for (const define of [init, serve, health, doctor, demo, versionCommand]) define(program, run)
  const config = withExamples(program.command('config').description('the settings'), ['trm config check'])
  for (const define of [configCheck, configShow]) define(config, run)
  const peer = withExamples(program.command('peer').description('the nodes that this one exchanges with'), [
    'trm peer list',
  ])
  for (const define of [peerAdd, peerList, peerTest]) define(peer, run)
  const token = withExamples(program.command('token').description('bearer tokens for the local API'), [
    'trm token list',
  ])
  for (const define of [tokenCreate, tokenList, tokenRevoke]) define(token, run)
  const referral = withExamples(program.command('referral').description('referrals, sent and received'), [
    'trm referral list',
  ])
  for (const define of [
    referralSend,
    referralList,
    referralShow,
    referralAccept,
    referralDecline,
    referralRecall,
    referralWithdraw,
  ]) {
    define(referral, run)
  }
  return program
}

function exitCodeHelp(): string {
  return `\nExit codes:\n${exitCodeMeanings.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}`
}
