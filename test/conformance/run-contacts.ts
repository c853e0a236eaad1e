import { ExchangeError } from '../../src/base/errors.js'
import { checkDesks } from '../../src/directory/contacts/check-desks.js'
import type { Desk, DeskHours, ReferralType } from '../../src/directory/contacts/contact-types.js'
import { isOpenAt } from '../../src/directory/contacts/desk-hours.js'
import { freshnessOf } from '../../src/directory/contacts/freshness.js'
import { judgeDesk } from '../../src/directory/contacts/judge-desk.js'
import { searchContacts } from '../../src/directory/contacts/search-contacts.js'
import { verifyContact } from '../../src/directory/contacts/verify-contact.js'
import { verifyStatements } from '../../src/directory/key-statement.js'
import type { ContactRecord } from '../../src/wire/generated/types.js'
import { readSchemaJson } from '../codegen/schema-files.js'

type Members = Readonly<Record<string, unknown>>

type Asked =
  | { readonly of: 'record'; readonly jws: string; readonly statements: readonly string[]; readonly at: number }
  | { readonly of: 'desks'; readonly desks: readonly Desk[]; readonly at: number }
  | { readonly of: 'freshness'; readonly record: ContactRecord; readonly desk: Desk; readonly at: number }
  | {
      readonly of: 'desk'
      readonly record: ContactRecord | null
      readonly desk: string
      readonly referralType: ReferralType
      readonly at: number
    }
  | { readonly of: 'language'; readonly asked: string; readonly languages: Desk['languages'] }
  | { readonly of: 'hours'; readonly hours: DeskHours; readonly at: number }

/** Runs a vector of contacts.json. */
export function runContacts(asked: Asked): Members {
  switch (asked.of) {
    case 'record': {
      const contact = verifyContact(asked.jws, verifyStatements(asked.statements), asked.at)
      return { id: contact.id, seq: contact.seq, exp: contact.exp, ended: 'ended' in contact }
    }
    case 'desks':
      return { codes: checkDesks(asked.desks, asked.at).map(({ code }) => code) }
    case 'freshness':
      return { state: freshnessOf(asked.record, asked.desk, asked.at).state }
    case 'desk': {
      const refusal = judgeDesk(asked.record ?? undefined, asked.desk, asked.referralType, asked.at)
      if (refusal !== undefined) throw new ExchangeError(refusal.code)
      return {}
    }
    case 'language':
      return { found: isFound(asked.asked, asked.languages) }
    case 'hours':
      return { open: isOpenAt(asked.hours, asked.at) }
  }
}

const { examples } = readSchemaJson<{ examples: readonly [ContactRecord] }>('contact.schema.json')

/** Searches in one record, the only desk of which answers in these languages. */
function isFound(language: string, languages: Desk['languages']): boolean {
  const [record] = examples
  const desks = record.desks.map((desk) => ({ ...desk, languages }))
  return searchContacts([{ ...record, desks }], { language }, record.iat).length > 0
}
