import type { Command } from 'commander'
import { validateReferralAcceptBody, validateThreadView } from '../../wire/generated/validators.js'
import type { ThreadView } from '../../wire/generated/types.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { readText } from '../read-text.js'
import { threadPath, threadStep } from '../thread-step.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly service?: readonly string[]
  readonly from?: string
  readonly conditions?: string
}

/** `trm referral accept` */
export function referralAccept(parent: Command, run: RunCommand): void {
  const command = parent
    .command('accept')
    .description('take a referral on')
    .argument('<thread>', 'its thread, from trm referral list')
    .option('--service <code...>', 'services offered (default: every service that was asked for)')
    .option('--from <month>', 'first month in which they are available, as 2026-12')
    .option('--conditions <text>', 'conditions in words; - reads them from standard input')
  withExamples(command, [
    'trm referral accept 5392b661-438f-46f3-84dc-ab2f3ba40a70',
    'trm referral accept 5392b661-438f-46f3-84dc-ab2f3ba40a70 --service safeAccommodation legalAid --from 2026-12',
  ]).action((thread: string, { service, from, conditions }: Options, self: Command) =>
    run(self, async (context) => {
      const text = await readText(context.io, conditions)
      if (!text.ok) return text
      const more = {
        ...(from === undefined ? {} : { availableFrom: from }),
        ...(text.text === undefined ? {} : { conditions: text.text }),
      }
      return withLocalApi(context, (api) => accept(api, thread, service, more))
    }),
  )
}

async function accept(
  api: LocalApi,
  thread: string,
  services: readonly string[] | undefined,
  more: object,
): Promise<Outcome> {
  let servicesOffered = services
  if (servicesOffered === undefined) {
    const answer = await api.ask({ method: 'GET', path: threadPath(thread), answer: validateThreadView })
    if (!answer.ok) return answer
    servicesOffered = servicesAskedFor(answer.body)
  }
  return threadStep(api, thread, 'steps/referral.accept', { servicesOffered, ...more }, validateReferralAcceptBody, {
    '/servicesOffered': '--service',
    '/availableFrom': '--from',
  })
}

function servicesAskedFor({ events }: ThreadView): readonly string[] {
  const asked = events.flatMap(({ body }) =>
    body !== undefined && 'referral' in body && typeof body.referral === 'object'
      ? body.referral.request.services.map(({ service }) => service)
      : [],
  )
  return [...new Set(asked)]
}
