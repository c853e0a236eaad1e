import type { ContactRecord } from '../../../wire/generated/types.js'
import type { Desk } from '../contact-types.js'
import { freshnessOf } from '../freshness.js'

const warnings = {
  'record-ended': 'DO NOT RELY ON IT: its owner did not renew the record',
  'check-overdue': 'DO NOT RELY ON IT: nobody checked it lately',
  'desk-closed': 'CLOSED: takes no referrals now',
} as const

/** What a reader outside the federation must know of a desk before all else; nothing where it is fresh. */
export function staleWarnings(record: ContactRecord, desk: Desk, nowSeconds: number): readonly string[] {
  const freshness = freshnessOf(record, desk, nowSeconds)
  return freshness.state === 'fresh' ? [] : [warnings[freshness.reason]]
}
