import type { ContactRecord } from '../../../wire/generated/types.js'
import { exportCsv } from './csv-export.js'
import { exportHsds } from './hsds-export.js'
import { exportList } from './list-export.js'
import { exportVcard } from './vcard-export.js'

export const exportFormats = ['hsds', 'csv', 'vcard', 'text'] as const

export type ExportFormat = (typeof exportFormats)[number]

/** Records in a format that people outside the federation use. Records of a single partner are not for them. */
export function exportContacts(records: readonly ContactRecord[], format: ExportFormat, nowSeconds: number): string {
  const open = records.filter(({ visibility }) => visibility === 'federation')
  switch (format) {
    case 'hsds':
      return `${JSON.stringify(exportHsds(open, nowSeconds), null, 2)}\n`
    case 'csv':
      return exportCsv(open, nowSeconds)
    case 'vcard':
      return exportVcard(open, nowSeconds)
    case 'text':
      return exportList(open, nowSeconds)
  }
}
