import { Option, type Command } from 'commander'
import { isRecord } from '../../config/read-environment.js'
import {
  validateSubmitCaseReferralRequest,
  validateSubmitReferralRequest,
  validateThreadView,
} from '../../wire/generated/validators.js'
import { casePath } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { parseReferral } from '../parse-referral.js'
import { readInput } from '../read-input.js'
import { resolveDesk } from '../resolve-desk.js'
import { resolvePeer } from '../resolve-peer.js'
import { threadLine } from '../thread-lines.js'
import { waitingEvents } from '../waiting-events.js'
import { wayOutOf } from '../way-out.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm referral send` */
export function referralSend(parent: Command, run: RunCommand): void {
  const command = parent
    .command('send')
    .description('offer a referral to a peer; it is queued, and delivered as soon as the peer can be reached')
    .argument('<file>', 'JSON of schemas/api/submit-referral.schema.json: to, referral, grant; - for standard input')
    .option('--to <peer>', 'node id or label of the receiver, instead of `to` in the file')
    .option(
      '--case <case>',
      'local case that it is for; the grant is derived from its consent and left out of the file',
    )
    .option('--consent <id>', 'consent of that case')
    .option('--desk <desk>', 'desk of the receiver, as its contact record names it: trm directory show')
    .addOption(
      new Option(
        '--override-stale <reason>',
        'send although the desk is stale or closed; kept here with your token',
      ).choices(staleOverrideReasons),
    )
  withExamples(command, [
    'trm referral send referral.json',
    'trm referral send - --to "Shelter South, IT" < referral.json',
    'trm referral send referral.json --case 2026-014 --consent 59792fd0-a35a-486e-91da-dbdc87fa204b',
    'trm referral send referral.json --desk duty-desk --override-stale confirmedByPhone',
  ]).action((file: string, options: SendOptions, self: Command) =>
    run(self, async (context) => {
      const input = await readInput(context.io, file)
      if (!input.ok) return input
      const parsed = parseReferral(input.bytes)
      return parsed.ok ? withLocalApi(context, (api) => send(api, parsed.value, options)) : parsed
    }),
  )
}

interface SendOptions {
  readonly to?: string
  readonly case?: string
  readonly consent?: string
  readonly desk?: string
  readonly overrideStale?: string
}

const staleOverrideReasons = ['confirmedByPhone', 'confirmedByMail', 'dangerToLife', 'onlyDeskAvailable', 'other']

async function send(api: LocalApi, file: unknown, options: SendOptions): Promise<Outcome> {
  const { to, desk, overrideStale, consent } = options
  if ((options.case === undefined) !== (consent === undefined)) {
    return usageFailure('--case and --consent go together: the consent of the case says what may travel')
  }
  const peer = to === undefined ? undefined : await resolvePeer(api, to)
  if (peer?.ok === false) return peer
  const referral = isRecord(file) ? file : undefined
  const receiver = peer?.id ?? referral?.['to']
  const found = desk === undefined || typeof receiver !== 'string' ? undefined : await resolveDesk(api, receiver, desk)
  if (found?.ok === false) return found
  const body =
    referral === undefined
      ? file
      : {
          ...referral,
          ...(peer === undefined ? {} : { to: peer.id }),
          ...(found === undefined ? {} : { desk: found.desk }),
          ...(overrideStale === undefined ? {} : { overrideStale }),
          ...(consent === undefined ? {} : { consent }),
        }
  const bodySchema = options.case === undefined ? validateSubmitReferralRequest : validateSubmitCaseReferralRequest
  const path = options.case === undefined ? '/api/v1/referrals' : casePath(options.case, 'offers')
  const answer = await api.ask({ method: 'POST', path, body, bodySchema, answer: validateThreadView })
  if (!answer.ok) return answer
  const notes = api.isRunning ? [] : ['The node does not run: the referral leaves when it is started (trm serve).']
  const waiting = await waitingEvents(api)
  const code = waiting.ok ? waiting.body.ofPeer(answer.body.peer)?.code : undefined
  return { ok: true, result: answer.body, lines: [threadLine(answer.body)], notes: [...notes, ...notDelivered(code)] }
}

/** What went to this peer before has not arrived: neither will this. */
function notDelivered(code: string | undefined): readonly string[] {
  if (code === undefined) return []
  return [`NOT delivered: what goes to this peer waits (${code}).`, ...[wayOutOf(code, 'peer') ?? []].flat()]
}
