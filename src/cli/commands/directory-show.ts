import type { Command } from 'commander'
import { validateContactHits } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { hitText } from '../contact-lines.js'
import { withExamples } from '../examples.js'
import { failure } from '../failure.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { ownDesks } from '../own-desks.js'
import { withLocalApi } from '../with-local-api.js'

const nodeIdPattern = /^[A-Za-z0-9_-]{43}$/

/** `trm directory show` */
export function directoryShow(parent: Command, run: RunCommand): void {
  const command = parent
    .command('show')
    .description('desks with all that is known of them, stale ones too; the own ones where nothing is named')
    .argument('[node-or-desk]', 'node id, or a part of the name of an organisation or desk')
  withExamples(command, ['trm directory show', 'trm directory show "Counselling Centre North"']).action(
    (wanted: string | undefined, _options: unknown, self: Command) =>
      run(self, (context) => withLocalApi(context, (api) => show(api, wanted))),
  )
}

async function show(api: LocalApi, wanted: string | undefined): Promise<Outcome> {
  const answer = wanted === undefined ? await ownDesks(api) : await find(api, wanted)
  if (!answer.ok) return answer
  const { hits } = answer.body
  if (hits.length === 0 && wanted !== undefined) {
    return failure('contact-not-found', { detail: 'No shown node or desk has this name: trm directory search --stale' })
  }
  const notes = hits.length === 0 ? ['This node published nothing yet: trm directory publish --help'] : []
  return { ok: true, result: { hits }, lines: hitText(hits), notes }
}

function find(api: LocalApi, wanted: string) {
  const by = nodeIdPattern.test(wanted) ? { node: wanted } : { text: wanted }
  const query = new URLSearchParams({ stale: 'true', limit: '100', ...by })
  return api.ask({ method: 'GET', path: `/api/v1/contacts?${query.toString()}`, answer: validateContactHits })
}
