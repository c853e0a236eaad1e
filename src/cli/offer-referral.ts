import { isRecord } from '../config/read-environment.js'
import {
  validateSubmitCaseReferralRequest,
  validateSubmitReferralRequest,
  validateThreadView,
} from '../wire/generated/validators.js'
import { casePath } from './case-change.js'
import type { CommandContext } from './command-context.js'
import { usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { OfferOptions } from './offer-options.js'
import type { Failure, Outcome } from './outcome.js'
import { parseReferral } from './parse-referral.js'
import { readInput } from './read-input.js'
import { resolveDesk } from './resolve-desk.js'
import { resolvePeer } from './resolve-peer.js'
import { leftOutLines } from './text-options.js'
import { threadLine } from './thread-lines.js'
import { waitingEvents } from './waiting-events.js'
import { wayOutOf } from './way-out.js'
import { withLocalApi } from './with-local-api.js'

/** The referral that an offer continues, and who gets it where nobody says so. */
export interface Continued {
  readonly parent: string
  readonly to: string | undefined
}

/** Offers the referral in a file. `continues` says, once the API is open, which referral it continues. */
export async function offerReferral(
  context: CommandContext,
  file: string,
  options: OfferOptions,
  continues?: (api: LocalApi) => Promise<{ readonly ok: true; readonly continued: Continued } | Failure>,
): Promise<Outcome> {
  const input = await readInput(context.io, file)
  if (!input.ok) return input
  const parsed = parseReferral(input.bytes)
  if (!parsed.ok) return parsed
  return withLocalApi(context, async (api) => {
    if (continues === undefined) return send(api, parsed.value, options)
    const found = await continues(api)
    if (!found.ok) return found
    const { to = found.continued.to, ...others } = options
    return send(api, withParent(parsed.value, found.continued.parent), to === undefined ? others : { ...others, to })
  })
}

function withParent(file: unknown, parent: string): unknown {
  if (!isRecord(file) || !isRecord(file['referral'])) return file
  return { ...file, referral: { ...file['referral'], parentReferralId: parent } }
}

async function send(api: LocalApi, file: unknown, options: OfferOptions): Promise<Outcome> {
  const { to, desk, overrideStale, consent, acceptDoubts, leaveOut } = options
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
          ...(acceptDoubts === undefined ? {} : { acceptDoubts }),
          ...(leaveOut === undefined ? {} : { leaveOut }),
          ...(consent === undefined ? {} : { consent }),
        }
  const bodySchema = options.case === undefined ? validateSubmitReferralRequest : validateSubmitCaseReferralRequest
  const path = options.case === undefined ? '/api/v1/referrals' : casePath(options.case, 'offers')
  const answer = await api.ask({ method: 'POST', path, body, bodySchema, answer: validateThreadView })
  if (!answer.ok) return answer
  const notes = api.isRunning ? [] : ['The node does not run: the referral leaves when it is started (trm serve).']
  const waiting = await waitingEvents(api)
  const code = waiting.ok ? waiting.body.ofPeer(answer.body.peer)?.code : undefined
  const lines = [threadLine(answer.body), ...leftOutLines(answer.body)]
  return { ok: true, result: answer.body, lines, notes: [...notes, ...notDelivered(code)] }
}

/** What went to this peer before has not arrived: neither will this. */
function notDelivered(code: string | undefined): readonly string[] {
  if (code === undefined) return []
  return [`NOT delivered: what goes to this peer waits (${code}).`, ...[wayOutOf(code, 'peer') ?? []].flat()]
}
