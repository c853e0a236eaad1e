import type { Command } from 'commander'
import { validateJoinPairingRequest, validatePairingView } from '../../wire/generated/validators.js'
import { parseInvitation } from '../../directory/pairing/invitation-code.js'
import type { CommandContext, RunCommand } from '../command-context.js'
import { compareDigits } from '../compare-digits.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { pairingText, seeAgain, stepsToConfirm } from '../pairing-text.js'
import { withLocalApi } from '../with-local-api.js'

const noInvitation =
  'This is no invitation. It is an address and twenty letters and digits: https://node.example/#XXXX-XXXX-XXXX-XXXX-XXXX'

interface Options {
  readonly pin: boolean
  readonly wait: boolean
}

/** `trm join` */
export function join(parent: Command, run: RunCommand): void {
  const command = parent
    .command('join')
    .description('pair with the node that gave an invitation; on a terminal asks for its digits')
    .argument('<invitation...>', 'address and code, as the other side gave them')
    .option('--pin', 'reach this host and port although it is private or loopback', false)
    .option('--no-wait', 'do not ask for the digits of the other side')
  withExamples(command, [
    'trm join https://node.example/#7K3M-9QWX-0ABC-DEFG-HJKM',
    'trm join https://node.example/ 7k3m 9qwx 0abc defg hjkm',
    'trm join http://127.0.0.1:9443/#7K3M-9QWX-0ABC-DEFG-HJKM --pin --json',
  ]).action((words: readonly string[], options: Options, self: Command) =>
    run(self, (context) => withLocalApi(context, (api) => joinNode(context, api, words.join(' '), options))),
  )
}

async function joinNode(
  { io, isJson }: CommandContext,
  api: LocalApi,
  invitation: string,
  { pin, wait }: Options,
): Promise<Outcome> {
  if (parseInvitation(invitation) === undefined) return usageFailure(noInvitation)
  const answer = await api.ask({
    method: 'POST',
    path: '/api/v1/pairings',
    body: { invitation, pin },
    bodySchema: validateJoinPairingRequest,
    answer: validatePairingView,
  })
  if (!answer.ok) return inTermsOfInvitations(answer)
  const pairing = answer.body
  if (wait && io.isTty && !isJson) return compareDigits(io, api, { pairing, pin })
  return { ok: true, result: pairing, lines: pairingText(pairing), notes: [...stepsToConfirm(pairing, pin), seeAgain] }
}

/** What the way out says of peers does not help here: this node is none yet. */
function inTermsOfInvitations(failed: Extract<Outcome, { readonly ok: false }>): Outcome {
  const { problem } = failed
  const detail = details[problem.code]
  return detail === undefined ? failed : { ...failed, problem: { ...problem, detail } }
}

const details: Readonly<Record<string, string>> = {
  'peer-refused-envelope':
    'That node knows no such invitation: compare the first eight characters of the code, or ask for a new one.',
  'schema-invalid': noInvitation,
}
