import { Option, type Command } from 'commander'
import { ExchangeError } from '../../base/errors.js'
import { isRecord } from '../../config/read-environment.js'
import { validateSubmitReferralRequest, validateThreadView } from '../../wire/generated/validators.js'
import { parseStrictJson } from '../../wire/strict-json.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Failure, Outcome } from '../outcome.js'
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
  readonly desk?: string
  readonly overrideStale?: string
}

const staleOverrideReasons = ['confirmedByPhone', 'confirmedByMail', 'dangerToLife', 'onlyDeskAvailable', 'other']

async function send(api: LocalApi, file: unknown, { to, desk, overrideStale }: SendOptions): Promise<Outcome> {
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
        }
  const bodySchema = validateSubmitReferralRequest
  const path = '/api/v1/referrals'
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

/** Says where the text is no JSON, never what stands there. */
function parseReferral(bytes: Uint8Array): { readonly ok: true; readonly value: unknown } | Failure {
  try {
    return { ok: true, value: parseStrictJson(bytes) }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    const { reason, offset } = error.details
    return failure('malformed-request', {
      detail: `The file is not readable as JSON: ${String(reason)} at ${String(offset)}`,
    })
  }
}
