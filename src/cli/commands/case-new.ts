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
import { startingConsent, startingGrant } from '../starting/starting-grant.js'
import { startingHints } from '../starting/starting-hints.js'
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
    .description(
      'a file to begin with: a consent for `trm case consent`, a grant for `trm referral update-consent`, identity data for `trm case vault`, hints for `trm case alike`',
    )
    .addArgument(new Argument('<kind>', 'what the file is for').choices(['consent', 'grant', 'vault', 'hints']))
    .option('--to <peer>', 'consent: the peer that is the recipient (id or label)')
    .option('--for <type>', 'consent, grant: type of the referral that it has to cover: trm codes referralType')
    .option('--child', 'consent, grant: of a guardian, with the assent of the child', false)
    .option('--language <tag>', 'consent, grant: language in which the notice was explained', 'en')
  withExamples(command, [
    'trm case new consent --to "Shelter South, IT" --for assistedVoluntaryReturn > consent.json',
    'trm case new grant --for assistedVoluntaryReturn > grant.json',
    'trm case new vault > vault.json',
    'trm case new hints > hints.json',
  ]).action((kind: string, options: Options, self: Command) =>
    run(self, (context) => {
      if (kind === 'vault') return vault()
      if (kind === 'hints') return hints()
      return kind === 'grant' ? grant(options) : consent(context, options)
    }),
  )
}

function vault(): Outcome {
  return startingFile(startingVault, [
    'Write what is known in the place of each value, and take out what is not known. Keep no copy of the file.',
    'Then: trm case vault CASE --add FILE, and destroy the file at once: shred -u FILE',
  ])
}

function hints(): Outcome {
  return startingFile(startingHints, [
    'Write what is known between the quotes, and take out the rest. Kinds: fullName, birthDate, documentNumber, phone, email, other.',
    'The node keeps a keyed hash of each and nothing else.',
    'Then: trm case alike CASE FILE, and destroy the file.',
  ])
}

function grant({ for: type, child, language }: Options): Outcome {
  if (type === undefined || !isType(type)) {
    return usageFailure('A grant names what it is for: --for TYPE (trm codes referralType)')
  }
  const facts = { type, child, real: true, language, nowMs: systemClock.now() }
  return startingFile({ grant: startingGrant(facts) }, [
    'TO FILL IN stands for what the person was told and said: ask them first. Take out what they agree to no more.',
    'Then: trm referral update-consent THREAD --file FILE. In a referral of a case: trm case consent CASE FILE --changes CONSENT',
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
      'TO FILL IN stands for what the person was told and said: ask first. No consent is written down until each of them is filled in.',
      'evidence stands for the signed paper, or the recording: trm evidence FILE prints it. Keep the paper. Then: trm case consent CASE FILE',
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
