import { confirm, isCancel, text } from '@clack/prompts'
import { parseDigits } from '../directory/pairing/transcript.js'
import type { PairingView } from '../wire/generated/types.js'
import { confirmPairing, type PairingAnswer } from './confirm-pairing.js'
import { failure } from './failure.js'
import type { Io } from './io.js'
import type { LocalApi } from './local-api.js'
import { needsPin } from './needs-pin.js'
import type { Failure, Outcome } from './outcome.js'
import { pairingText, seeAgain, stepsToConfirm } from './pairing-text.js'
import { printable } from './printable.js'

/** Shows who is there and the digits, and asks a person for those that the other side reads out. */
export async function compareDigits(
  io: Pick<Io, 'stdin' | 'stderr'>,
  api: LocalApi,
  { pairing, pin }: { readonly pairing: PairingView; readonly pin: boolean },
): Promise<Outcome> {
  const streams = { input: io.stdin, output: io.stderr }
  for (const line of pairingText(pairing)) io.stderr.write(`${printable(line)}\n`)
  // Before anybody types: the node would refuse the address once the other side has confirmed.
  if (needsPin(pairing.url) && !pin) return unpinned(pairing)
  const typed = await text({
    ...streams,
    message: 'The digits that the other side reads to you, as you hear them',
    validate: (value) => (parseDigits(value ?? '') === undefined ? 'are twelve digits' : undefined),
  })
  if (isCancel(typed)) return later(pairing, pin)
  const answer: PairingAnswer = { id: pairing.id, digits: typed, acceptLookalike: false, pin }
  const outcome = await confirmPairing(api, answer)
  if (outcome.ok || outcome.problem.code !== 'label-lookalike') return outcome
  const isAnother = await confirm({
    ...streams,
    message:
      'The digits are right, but its name looks like the one of a node that you know.\n' +
      'Is it another office, and did you talk about that with its people?',
    initialValue: false,
  })
  return isAnother === true ? confirmPairing(api, { ...answer, acceptLookalike: true }) : later(pairing, pin)
}

/** The address is reached only if a person says so; the pairing waits, and no digits were asked. */
function unpinned(pairing: PairingView): Failure {
  const detail = [
    'Not confirmed: the address of the other node is private or loopback.',
    ...stepsToConfirm(pairing, true),
  ]
  return failure('peer-address-refused', { detail: [...detail, seeAgain].join('\n') })
}

/** Nothing was decided: the pairing waits, until its time is over. */
function later(pairing: PairingView, pin: boolean): Outcome {
  return { ok: true, result: pairing, lines: [], notes: ['Not confirmed.', ...stepsToConfirm(pairing, pin), seeAgain] }
}
