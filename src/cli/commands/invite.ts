import type { Command } from 'commander'
import { systemClock, systemTimers, toTimestamp } from '../../base/clock.js'
import type { CreatedInvitation, PairingView } from '../../wire/generated/types.js'
import {
  validateCreatedInvitation,
  validateCreateInvitationRequest,
  validatePairingList,
} from '../../wire/generated/validators.js'
import { parseInvitation } from '../../directory/pairing/invitation-code.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { compareDigits } from '../compare-digits.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Failure, Outcome } from '../outcome.js'
import { invitationLines } from '../pairing-text.js'
import { needsPin } from '../needs-pin.js'
import { parseInteger } from '../parse-integer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly hours: number
  readonly wait: boolean
  readonly pin: boolean
}

const pollMs = 1000

/** `trm invite` */
export function invite(parent: Command, run: RunCommand): void {
  const command = parent
    .command('invite')
    .description('invite another node to pair; on a terminal waits for it and compares digits')
    .option('--hours <number>', 'how long the invitation works, at most 168', parseInteger, 1)
    .option('--pin', 'reach the host and port of the other node although they are private or loopback', false)
    .option('--no-wait', 'only make the invitation; go on later with trm peer confirm')
  withExamples(command, ['trm invite', 'trm invite --hours 24 --no-wait --json']).action(
    (options: Options, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => inviteNode(context, api, options))),
  )
}

async function inviteNode(context: CommandContext, api: LocalApi, options: Options): Promise<Outcome> {
  const { io, isJson } = context
  const { hours, pin, wait } = options
  const answer = await api.ask({
    method: 'POST',
    path: '/api/v1/invitations',
    body: { hours },
    bodySchema: validateCreateInvitationRequest,
    options: { '/hours': '--hours' },
    answer: validateCreatedInvitation,
  })
  if (!answer.ok) return answer
  const invitation = answer.body
  const lines = invitationLines(invitation)
  if (!wait || !io.isTty || isJson || !api.isRunning) {
    return { ok: true, result: invitation, lines, notes: notesOf(api, invitation, pin) }
  }
  io.stderr.write(`${lines.join('\n')}\nWaiting for them. Ctrl-C stops the waiting, not the invitation.\n`)
  const joined = await waitForPairing(api, invitation)
  return 'ok' in joined ? joined : compareDigits(io, api, { pairing: joined, pin })
}

function notesOf({ isRunning }: LocalApi, { id, invitation }: CreatedInvitation, pin: boolean): readonly string[] {
  // Who is reached by a pin alone invites its neighbours.
  const own = parseInvitation(invitation)
  const isPinned = pin || (own !== undefined && needsPin(own.url))
  const start = isRunning ? [] : ['The node does not run: nobody can join before it is started (trm serve).']
  return [
    ...start,
    'When they have joined, see who it is and the digits to read to them: trm peer pairings',
    `Then, with the digits that they read to you: trm peer confirm LABEL --digits "0000 0000 0000"${isPinned ? ' --pin' : ''}`,
    `To take the invitation back: trm peer cancel ${id}`,
  ]
}

/** Asks the node until somebody has used the invitation or its time is over. */
async function waitForPairing(api: LocalApi, { id, expiresAt }: CreatedInvitation): Promise<PairingView | Failure> {
  for (;;) {
    const answer = await api.ask({ method: 'GET', path: '/api/v1/pairings', answer: validatePairingList })
    if (!answer.ok) return answer
    const joined = answer.body.pairings.find(({ invitation }) => invitation === id)
    if (joined !== undefined) return joined
    // Times of this form sort as text.
    if (toTimestamp(systemClock.now()) >= expiresAt) {
      return failure('invitation-expired', { detail: 'Nobody joined. Make another one: trm invite' })
    }
    await new Promise<void>((resolve) => systemTimers.after(pollMs, resolve))
  }
}
