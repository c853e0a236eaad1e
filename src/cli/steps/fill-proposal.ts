import { failure, usageFailure } from '../failure.js'
import type { StepCommand } from './step-command.js'

type Fill = NonNullable<StepCommand['fill']>

/** The proposal to close that is answered: at most one is open in a thread. */
export const fillClosureProposal: Fill = async (body, see) => {
  const view = await see()
  if (!view.ok) return view
  const { closureProposal: proposal } = view.body
  if (proposal !== undefined) return { ok: true, body: { ...body, proposal } }
  return failure('transition-not-allowed', { detail: 'No proposal to close is open: trm referral show' })
}

/** The proposal to refer on that is answered: the one that is open, or of several the one whose digest begins as typed. */
export const fillOnwardProposal: Fill = async (body, see) => {
  const view = await see()
  if (!view.ok) return view
  const typed = body['proposal']
  const meant = typeof typed === 'string' ? typed : ''
  const [found, ...others] = view.body.onwardOpen.filter((digest) => digest.startsWith(meant))
  if (found === undefined) {
    return failure('transition-not-allowed', {
      detail: `No proposal to refer on is open${meant === '' ? '' : ' whose digest begins so'}: trm referral show`,
    })
  }
  if (others.length === 0) return { ok: true, body: { ...body, proposal: found } }
  return usageFailure('More than one proposal to refer on is open. Name it: --proposal DIGEST (trm referral show)')
}
