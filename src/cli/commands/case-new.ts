import { Argument, type Command } from 'commander'
import { systemClock } from '../../base/clock.js'
import { requiredPurposes, type ReferralType } from '../../policy/required-purposes.js'
import { validatePeerView } from '../../wire/generated/validators.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { resolvePeer } from '../resolve-peer.js'
import { startingFile } from '../starting/starting-file.js'
import { startingConsent } from '../starting/starting-grant.js'
import { startingVault } from '../starting/starting-vault.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly to?: string
  readonly for?: string
  readonly child: boolean
  readonly language: string
}

/** `trm case new` */
export function caseNew(parent: Command, run: RunCommand): void {
  const command = parent
    .command('new')
    .description('a file to begin with: a consent for `trm case consent`, or identity data for `trm case vault`')
    .addArgument(new Argument('<kind>', 'what the file is for').choices(['consent', 'vault']))
    .option('--to <peer>', 'consent: the peer that is the recipient (id or label)')
    .option('--for <type>', 'consent: type of the referral that it has to cover: trm codes referralType')
    .option('--child', 'consent: of a guardian, with the assent of the child', false)
    .option('--language <tag>', 'consent: language in which the notice was explained', 'en')
  withExamples(command, [
    'trm case new consent --to "Shelter South, IT" --for assistedVoluntaryReturn > consent.json',
    'trm case new vault > vault.json',
  ]).action((kind: string, options: Options, self: Command) =>
    run(self, (context) => (kind === 'vault' ? vault() : consent(context, options))),
  )
}

function vault(): Outcome {
  return startingFile(startingVault, [
    'Write what is known in the place of each value, and take out what is not known. Keep the file nowhere else.',
    'Then: trm case vault CASE --add FILE',
  ])
}

function consent(context: CommandContext, { to, for: type, child, language }: Options): Outcome | Promise<Outcome> {
  if (to === undefined || type === undefined || !isType(type)) {
    return usageFailure(
      'A consent names its recipient and what it is for: --to PEER --for TYPE (trm codes referralType)',
    )
  }
  return withLocalApi(context, async (api) => {
    const peer = await recipientOf(api, to)
    if (!peer.ok) return peer
    const facts = { type, child, real: true, language, nowMs: systemClock.now() }
    return startingFile(startingConsent(facts, peer.recipient), [
      'It says what the person agreed to, after she was told all of informedOf: ask her first, and change what is not so.',
      'evidence is the SHA-256 of the paper (sha256sum, as base64url). Then: trm case consent CASE FILE',
    ])
  })
}

async function recipientOf(api: LocalApi, to: string) {
  const found = await resolvePeer(api, to)
  if (!found.ok) return found
  const answer = await api.ask({ method: 'GET', path: `/api/v1/peers/${found.id}`, answer: validatePeerView })
  if (!answer.ok) return answer
  const { id, label, country } = answer.body
  return { ok: true, recipient: { node: id, organisation: label, country } } as const
}

function isType(text: string): text is ReferralType {
  return Object.hasOwn(requiredPurposes, text)
}
