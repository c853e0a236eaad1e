import { Option, type Command } from 'commander'
import { systemClock, toSeconds } from '../../base/clock.js'
import { templates, type TemplateName } from '../../agreements/templates.js'
import { termsOf } from '../../outbound/agree.js'
import { validateNodeView } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { resolvePeer } from '../resolve-peer.js'
import { startingFile } from '../starting/starting-file.js'
import { withLocalApi } from '../with-local-api.js'

/** `trm agreement new` */
export function agreementNew(parent: Command, run: RunCommand): void {
  const command = parent
    .command('new')
    .description('terms to begin with, as a file for propose --terms: those of a template, to be changed')
    .argument('<peer>', 'node id or label')
    .addOption(new Option('--template <name>', 'whose terms').choices(Object.keys(templates)).default('informal'))
  withExamples(command, [
    'trm agreement new "Shelter South, IT" --template memorandumOfUnderstanding > terms.json',
  ]).action((peer: string, { template }: { template: TemplateName }, self: Command) =>
    run(self, (context) =>
      withLocalApi(context, async (api) => {
        const found = await resolvePeer(api, peer)
        if (!found.ok) return found
        const node = await api.ask({ method: 'GET', path: '/api/v1/node', answer: validateNodeView })
        if (!node.ok) return node
        const terms = termsOf(template, [node.body.id, found.id], { from: toSeconds(systemClock.now()) })
        return startingFile(terms, ['Then: trm agreement propose PEER --terms FILE'])
      }),
    ),
  )
}
