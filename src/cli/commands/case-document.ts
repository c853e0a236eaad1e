import type { Command } from 'commander'
import { sha256Text } from '../../crypto/sha256.js'
import { validateAddDocumentRequest } from '../../wire/generated/validators.js'
import { casePath, changeCase } from '../case-change.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { readInput } from '../read-input.js'
import { withCase } from '../with-case.js'

interface Options {
  readonly kind: string
  readonly place: string
  readonly scan?: string
}

/** `trm case document` */
export function caseDocument(parent: Command, run: RunCommand): void {
  const command = parent
    .command('document')
    .description('note that there is a paper and where it is; the paper itself is never stored')
    .argument('<case>', 'code or id')
    .requiredOption('--kind <code>', 'what it is, as birthCertificate: trm codes documentKind')
    .requiredOption('--place <text>', 'where it is: a role or a shelf, never a person')
    .option('--scan <file>', 'a scan: its SHA-256 is kept, nothing else of it')
  withExamples(command, [
    'trm case document 2026-014 --kind birthCertificate --place "Archive, shelf 3" --scan scan.pdf',
  ]).action((name: string, { kind, place, scan }: Options, self: Command) =>
    run(self, async (context) => {
      const read = scan === undefined ? undefined : await readInput(context.io, scan)
      if (read?.ok === false) return read
      const value = { kind, place, ...(read === undefined ? {} : { sha256: sha256Text(read.bytes) }) }
      return withCase(context, name, (api, whole) =>
        changeCase(api, casePath(whole, 'documents'), { value, schema: validateAddDocumentRequest }),
      )
    }),
  )
}
