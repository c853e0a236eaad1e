import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { systemRandom } from '../../base/random.js'
import { quoted } from '../../config/config-fault.js'
import { filesOf } from '../../config/data-folder.js'
import { fingerprintOf } from '../../directory/fingerprint.js'
import { askInitAnswers } from '../ask-init-answers.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure, usageFailure } from '../failure.js'
import { checkAnswers, passphraseFault, type InitAnswers } from '../init-answers.js'
import { initialiseNode } from '../initialise-node.js'
import type { Fault, Outcome } from '../outcome.js'
import { readInput } from '../read-input.js'

type Options = Omit<InitAnswers, 'passphrase'> & { readonly passphraseFile?: string }

/** `trm init` */
export function init(parent: Command, run: RunCommand): void {
  const command = parent
    .command('init')
    .description('make the data folder of a new node: settings and keys; asks for what the options do not give')
    .option('--label <text>', 'what people at other nodes see: organisation and country')
    .option('--country <code>', 'country of the office (ISO 3166, two letters)')
    .option('--organisation <text>', 'name of the organisation')
    .option('--url <url>', 'public base URL of the federation listener; https, except on a loopback host')
    .option('--federation-port <port>', 'port for other nodes (default: 8443)')
    .option('--federation-host <host>', 'address for other nodes (default: 127.0.0.1, for a reverse proxy)')
    .option('--local-port <port>', 'port of the local API on 127.0.0.1 (default: 8444)')
    .option('--kek <file>', 'key-encryption key, made there if absent (default: credential/kek in the data folder)')
    .option('--passphrase-file <file>', 'file with the passphrase for the identity files; - for standard input')
  withExamples(command, [
    'trm init --data /var/lib/trm',
    'trm init --label "Shelter South, IT" --country IT --organisation "Shelter South" --url https://trm.example/ \\\n' +
      '      --kek /etc/trm/kek --passphrase-file /run/passphrase',
  ]).action((options: Options, self: Command) => run(self, (context) => runInit(context, options)))
}

async function runInit(context: CommandContext, options: Options): Promise<Outcome> {
  const { io, dataFolder } = context
  if (existsSync(filesOf(dataFolder).config)) {
    const data = quoted(dataFolder)
    const detail = `${data} holds a node; nothing was changed.\nTo look at it: trm doctor --data ${data}`
    return failure('already-initialised', { detail })
  }
  const source = { dataFolder, environment: io.env }
  const { answers: flags, faults: inputFaults } = await answersOf(context, options)
  const answers = io.isTty && inputFaults.length === 0 ? await askInitAnswers(flags, source, io) : flags
  if (answers === undefined) return usageFailure('Given up: nothing was written.')

  const { config, keyEncryptionKeyFile, faults } = checkAnswers(answers, source)
  const passphrase = answers.passphrase ?? ''
  const all = [...faults, ...inputFaults, ...(inputFaults.length === 0 ? passphraseFaults(answers.passphrase) : [])]
  if (all.length > 0) {
    const detail = 'Nothing was written. On a terminal, trm init asks for what is missing.\nSee: trm init --help'
    return failure('usage', { detail, faults: all })
  }
  const { id, identityFile, nextIdentityFile } = await initialiseNode({
    data: dataFolder,
    config,
    passphrase,
    keyEncryptionKeyFile,
    clock: systemClock,
    random: systemRandom,
  })
  return initialised({ id, dataFolder, identityFile, nextIdentityFile, keyEncryptionKeyFile })
}

/** The flags as answers; the passphrase is the first line of its file. */
async function answersOf(
  { io }: CommandContext,
  { passphraseFile, kek, ...rest }: Options,
): Promise<{ readonly answers: InitAnswers; readonly faults: readonly Fault[] }> {
  const answers = { ...rest, ...(kek === undefined ? {} : { kek: path.resolve(io.cwd, kek) }) }
  if (passphraseFile === undefined) return { answers, faults: [] }
  const input = await readInput(io, passphraseFile)
  if (!input.ok) return { answers, faults: [{ at: '--passphrase-file', message: 'cannot be read' }] }
  const [passphrase = ''] = Buffer.from(input.bytes).toString('utf8').split(/\r?\n/)
  return { answers: { ...answers, passphrase }, faults: [] }
}

function passphraseFaults(passphrase: string | undefined): readonly Fault[] {
  const message = passphrase === undefined ? 'is missing' : passphraseFault(passphrase)
  return message === undefined ? [] : [{ at: '--passphrase-file', message }]
}

function initialised(made: {
  readonly id: string
  readonly dataFolder: string
  readonly identityFile: string
  readonly nextIdentityFile: string
  readonly keyEncryptionKeyFile: string
}): Outcome {
  const { id, dataFolder, identityFile, nextIdentityFile, keyEncryptionKeyFile } = made
  const fingerprint = fingerprintOf(id)
  const data = `--data ${quoted(dataFolder)}`
  const shred = `shred -u ${quoted(identityFile)} ${quoted(nextIdentityFile)}`
  const next = [
    `cp ${quoted(identityFile)} /media/A1/ && cp ${quoted(identityFile)} /media/A2/`,
    `cp ${quoted(nextIdentityFile)} /media/B1/ && cp ${quoted(nextIdentityFile)} /media/B2/`,
    `trm doctor ${data}`,
    `trm serve ${data}`,
    `trm invite ${data}`,
  ]
  return {
    ok: true,
    result: {
      node: id,
      fingerprint,
      dataFolder,
      identityFile,
      nextIdentityFile,
      keyEncryptionKeyFile,
      next: [...next, shred],
    },
    lines: [
      `node id      ${id}`,
      `fingerprint  ${fingerprint}`,
      '',
      `Identity key, under your passphrase:      ${identityFile}`,
      `Next identity key, under the same one:    ${nextIdentityFile}`,
      '  They alone can replace the other keys of this node after a loss or a theft. The node runs without them.',
      '  One of them alone gives nobody the node, so they belong in two places: copy each to its own place now, two',
      '  copies, offline, the passphrase with neither. Only then delete them here: nothing brings them back.',
      '',
      `Key-encryption key: ${keyEncryptionKeyFile}`,
      '  It opens every other key. Keep a copy, apart from the backups of the data folder.',
      '',
      'Next:',
      ...next.map((line) => `  ${line}`),
      `Once every copy is at its place and can be read, not before: ${shred}`,
    ],
  }
}
