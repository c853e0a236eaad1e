import { Command, Help } from 'commander'
import { software } from '../base/version.js'
import { caseCommands } from './case-commands.js'
import type { RunCommand } from './command-context.js'
import { agreementAccept } from './commands/agreement-accept.js'
import { agreementAmend } from './commands/agreement-amend.js'
import { agreementDecline } from './commands/agreement-decline.js'
import { agreementExport } from './commands/agreement-export.js'
import { agreementList } from './commands/agreement-list.js'
import { agreementNew } from './commands/agreement-new.js'
import { agreementPropose } from './commands/agreement-propose.js'
import { agreementRenew } from './commands/agreement-renew.js'
import { agreementResume } from './commands/agreement-resume.js'
import { agreementShow } from './commands/agreement-show.js'
import { agreementSuspend } from './commands/agreement-suspend.js'
import { agreementVerify } from './commands/agreement-verify.js'
import { alarmAcknowledge } from './commands/alarm-acknowledge.js'
import { alarmList } from './commands/alarm-list.js'
import { alarmShow } from './commands/alarm-show.js'
import { codes } from './commands/codes.js'
import { configCheck } from './commands/config-check.js'
import { configShow } from './commands/config-show.js'
import { demo } from './commands/demo.js'
import { directoryCheck } from './commands/directory-check.js'
import { directoryEnd } from './commands/directory-end.js'
import { directoryExport } from './commands/directory-export.js'
import { directoryImport } from './commands/directory-import.js'
import { directoryNew } from './commands/directory-new.js'
import { directoryPublish } from './commands/directory-publish.js'
import { directoryRefresh } from './commands/directory-refresh.js'
import { directorySearch } from './commands/directory-search.js'
import { directoryShow } from './commands/directory-show.js'
import { directoryUnvouch } from './commands/directory-unvouch.js'
import { directoryVouch } from './commands/directory-vouch.js'
import { doctor } from './commands/doctor.js'
import { evidence } from './commands/evidence.js'
import { firewallCheck } from './commands/firewall-check.js'
import { health } from './commands/health.js'
import { init } from './commands/init.js'
import { invite } from './commands/invite.js'
import { join } from './commands/join.js'
import { keyCompromised } from './commands/key-compromised.js'
import { keyInstall } from './commands/key-install.js'
import { keyList } from './commands/key-list.js'
import { keyRecover } from './commands/key-recover.js'
import { keyRequest } from './commands/key-request.js'
import { keyRotate } from './commands/key-rotate.js'
import { keySign } from './commands/key-sign.js'
import { peerAdd } from './commands/peer-add.js'
import { peerCancel } from './commands/peer-cancel.js'
import { peerConfirm } from './commands/peer-confirm.js'
import { peerHowDoYouSeeMe } from './commands/peer-how-do-you-see-me.js'
import { peerList } from './commands/peer-list.js'
import { peerPairings } from './commands/peer-pairings.js'
import { peerPing } from './commands/peer-ping.js'
import { peerRemove } from './commands/peer-remove.js'
import { peerResume } from './commands/peer-resume.js'
import { peerShow } from './commands/peer-show.js'
import { peerSuspend } from './commands/peer-suspend.js'
import { serve } from './commands/serve.js'
import { sopCheck } from './commands/sop-check.js'
import { sopList } from './commands/sop-list.js'
import { sopShow } from './commands/sop-show.js'
import { today } from './commands/today.js'
import { tokenCreate } from './commands/token-create.js'
import { tokenList } from './commands/token-list.js'
import { tokenRevoke } from './commands/token-revoke.js'
import { versionCommand } from './commands/version-command.js'
import { withExamples } from './examples.js'
import { exitCodeMeanings } from './exit-codes.js'
import { referralCommands } from './referral-commands.js'

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
    .configureHelp({
      showGlobalOptions: true,
      optionDescription: (option) =>
        `${Help.prototype.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`,
    })
    .configureOutput({ ...help, outputError: () => {} })
    .exitOverride()
    .addHelpText('after', exitCodeHelp())
  withExamples(program, [
    'trm init --data /var/lib/trm',
    'trm serve --data /var/lib/trm',
    'trm today',
    'trm referral list --state offered --json',
  ])

  for (const define of [init, serve, today, invite, join, health, doctor, codes, evidence, demo, versionCommand])
    define(program, run)
  const config = withExamples(program.command('config').description('the settings'), ['trm config check'])
  for (const define of [configCheck, configShow]) define(config, run)
  const peer = withExamples(program.command('peer').description('the nodes that this one exchanges with'), [
    'trm peer list',
  ])
  for (const define of [
    peerAdd,
    peerPairings,
    peerConfirm,
    peerCancel,
    peerList,
    peerShow,
    peerPing,
    peerHowDoYouSeeMe,
    peerSuspend,
    peerResume,
    peerRemove,
  ]) {
    define(peer, run)
  }
  const agreement = withExamples(
    program.command('agreement').description('what may flow between this node and a peer'),
    ['trm agreement list'],
  )
  for (const define of [
    agreementNew,
    agreementPropose,
    agreementList,
    agreementShow,
    agreementAccept,
    agreementDecline,
    agreementAmend,
    agreementRenew,
    agreementSuspend,
    agreementResume,
    agreementExport,
    agreementVerify,
  ]) {
    define(agreement, run)
  }
  const alarm = withExamples(program.command('alarm').description('what a person has to look at'), ['trm alarm list'])
  for (const define of [alarmList, alarmShow, alarmAcknowledge]) define(alarm, run)
  const key = withExamples(program.command('key').description('the keys of this node, and how they change'), [
    'trm key list',
  ])
  for (const define of [keyList, keyRotate, keyCompromised, keyRecover, keyRequest, keySign, keyInstall]) {
    define(key, run)
  }
  const token = withExamples(program.command('token').description('bearer tokens for the local API'), [
    'trm token list',
  ])
  for (const define of [tokenCreate, tokenList, tokenRevoke]) define(token, run)
  referralCommands(program, run)
  caseCommands(program, run)
  const sop = withExamples(program.command('sop').description('the catalogue of measures; needs no node'), [
    'trm sop list --sop SOP4',
  ])
  for (const define of [sopList, sopShow, sopCheck]) define(sop, run)
  const directory = withExamples(
    program.command('directory').description('who takes which cases: find, publish, check'),
    ['trm directory search --from RO --group children --type hearingTravel --language sq --within 7'],
  )
  for (const define of [
    directorySearch,
    directoryRefresh,
    directoryShow,
    directoryNew,
    directoryPublish,
    directoryCheck,
    directoryEnd,
    directoryExport,
    directoryImport,
    directoryVouch,
    directoryUnvouch,
  ]) {
    define(directory, run)
  }
  const firewall = withExamples(
    program.command('firewall').description('the identity firewall: what no free text may hold'),
    ['trm firewall check texts.jsonl'],
  )
  for (const define of [firewallCheck]) define(firewall, run)
  return program
}

function exitCodeHelp(): string {
  return `\nExit codes:\n${exitCodeMeanings.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}`
}
