import type { Command } from 'commander'
import { validateReferralDeclineBody } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readText } from '../read-text.js'
import { resolvePeer } from '../resolve-peer.js'
import { threadStep } from '../thread-step.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly reason: string
  readonly explanation?: string
  readonly alternative?: string
}

/** `trm referral decline` */
export function referralDecline(parent: Command, run: RunCommand): void {
  const command = parent
    .command('decline')
    .description('say no to a referral, with the reason')
    .argument('<thread>', 'its thread, from trm referral list')
    .requiredOption(
      '--reason <code>',
      'noCapacity, serviceNotOffered, outsideMandate, outsideArea, criteriaNotMet, ageOrGenderNotServed, ' +
        'safetyNotAssurable, conflictOfInterest, consentMissingOrTooNarrow, insufficientInformation, ' +
        'languageNotCovered, noFunding, legalBar, personRefuses, duplicateReferral, wrongReceiver, noticeTooShort or other',
    )
    .option('--explanation <text>', 'the reason in words, needed with `other`; - reads it from standard input')
    .option('--alternative <peer>', 'another node that may help (id, or label of a peer)')
  withExamples(command, [
    'trm referral decline 5392b661-438f-46f3-84dc-ab2f3ba40a70 --reason noCapacity',
    'trm referral decline 5392b661-438f-46f3-84dc-ab2f3ba40a70 --reason other --explanation - < explanation.txt',
  ]).action((thread: string, { reason, explanation, alternative }: Options, self: Command) =>
    run(self, async (context) => {
      const text = await readText(context.io, explanation)
      if (!text.ok) return text
      return withLocalApi(context, async (api) => {
        const other = alternative === undefined ? undefined : await resolvePeer(api, alternative)
        if (other?.ok === false) return other
        const body = {
          reason,
          ...(text.text === undefined ? {} : { explanation: text.text }),
          ...(other === undefined ? {} : { suggestedAlternative: other.id }),
        }
        return threadStep(api, thread, 'steps/referral.decline', body, validateReferralDeclineBody, {
          '/reason': '--reason',
        })
      })
    }),
  )
}
