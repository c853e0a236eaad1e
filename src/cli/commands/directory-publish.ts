import type { Command } from 'commander'
import { isRecord } from '../../config/read-environment.js'
import type { ContactHits, ContactView } from '../../wire/generated/types.js'
import { validateContactView, validatePublishContactRequest } from '../../wire/generated/validators.js'
import type { RunCommand } from '../command-context.js'
import { publishedLine, publishedNotes } from '../contact-lines.js'
import { withExamples } from '../examples.js'
import type { LocalApi } from '../local-api.js'
import type { Outcome } from '../outcome.js'
import { namedElsewhere } from '../named-elsewhere.js'
import { ownDesks } from '../own-desks.js'
import { readJsonFile } from '../read-json-file.js'
import { resolvePeer } from '../resolve-peer.js'
import { withLocalApi } from '../with-local-api.js'

interface Options {
  readonly shareWith?: readonly string[]
}

/** `trm directory publish` */
export function directoryPublish(parent: Command, run: RunCommand): void {
  const command = parent
    .command('publish')
    .description('sign and publish contact records of this node; one with an id replaces the record with that id')
    .argument('<files...>', 'JSON of schemas/api/publish-contact.schema.json, one record a file; - for standard input')
    .option('--share-with <peer...>', 'peers (id or label) that get the records, if they are bilateral')
  withExamples(command, [
    'trm directory publish contacts.json',
    'trm directory publish liaison.json --share-with "Shelter South, IT"',
  ]).action((files: readonly string[], options: Options, self: Command) =>
    run(self, async (context) => {
      const drafts: unknown[] = []
      for (const file of files) {
        const read = await readJsonFile(context.io, file)
        if (!read.ok) return read
        drafts.push(read.value)
      }
      return withLocalApi(context, (api) => publish(api, drafts, options))
    }),
  )
}

async function publish(api: LocalApi, drafts: readonly unknown[], { shareWith }: Options): Promise<Outcome> {
  const partners: string[] = []
  for (const peer of shareWith ?? []) {
    const resolved = await resolvePeer(api, peer)
    if (!resolved.ok) return resolved
    partners.push(resolved.id)
  }
  const before = await ownDesks(api)
  if (!before.ok) return before
  const warnings = await namedElsewhere(api, drafts)
  const published: ContactView[] = []
  for (const draft of drafts) {
    const answer = await api.ask({
      method: 'POST',
      path: '/api/v1/contacts',
      body: shareWith !== undefined && isRecord(draft) ? { ...draft, shareWith: partners } : draft,
      bodySchema: validatePublishContactRequest,
      answer: validateContactView,
    })
    if (!answer.ok) return answer
    published.push(answer.body)
  }
  const notes = [
    ...warnings,
    ...(warnings.length === 0 ? [] : ['To take back what is not yours: trm directory end RECORD']),
    ...published.flatMap(placeholderNotes),
    'To change a record, publish it again with its id.',
    ...published.flatMap((view) => twinNotes(view, before.body.hits)),
    ...published.flatMap(publishedNotes),
  ]
  return { ok: true, result: { published }, lines: published.map(publishedLine), notes }
}

/** Domains that nobody owns (RFC 2606): they come from examples. */
const placeholder = /[.@](?:example|invalid|test)$/

/** A mailbox that nobody reads stands from now on wherever somebody is to be called. */
function placeholderNotes({ contact }: ContactView): readonly string[] {
  const desks = 'desks' in contact ? contact.desks : []
  return desks
    .filter(({ email }) => placeholder.test(email))
    .map(
      ({ desk, email }) =>
        `CAREFUL: nobody reads ${email}, an address of an example. Change it and publish again: ${desk}`,
    )
}

/** Who forgets the id publishes a second record beside the one that was meant. */
function twinNotes({ contact }: ContactView, before: ContactHits['hits']): readonly string[] {
  if (!('desks' in contact)) return []
  const names = new Set(contact.desks.map(({ desk }) => desk))
  const twins = new Set(before.filter((hit) => hit.contact !== contact.id && names.has(hit.desk.desk)).map(idOf))
  return [...twins].flatMap((id) => [
    `Record ${id} has desks of the same name. To replace it: put "id": "${id}" into the file and publish, then`,
    `trm directory end ${contact.id}. To keep the new one alone: trm directory end ${id}`,
  ])
}

function idOf({ contact }: ContactHits['hits'][number]): string {
  return contact
}
