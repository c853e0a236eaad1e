import { dataCases } from './data-cases.js'
import { dataClocks } from './data-clocks.js'
import { dataConflicts } from './data-conflicts.js'
import { dataInit } from './data-init.js'
import { dataTrust } from './data-trust.js'
import { dataErasure } from './data-erasure.js'
import { dataOutbox } from './data-outbox.js'
import { dataRules } from './data-rules.js'
import { dataTexts } from './data-texts.js'
import type { ColumnTypes } from './engine.js'
import { keysInit, prekeysInit } from './key-inits.js'
import type { Migration } from './migration.js'

/** Every step of the three schemas, oldest first. New steps go to the end; none is ever changed or taken away. */
export interface Migrations {
  readonly data: readonly Migration[]
  readonly keys: readonly Migration[]
  readonly prekeys: readonly Migration[]
}

export function makeMigrations(types: ColumnTypes): Migrations {
  return {
    data: [
      dataInit(types),
      dataTrust(types),
      dataErasure(types),
      dataCases(types),
      dataTexts(types),
      dataClocks(types),
      dataRules(types),
      dataOutbox(types),
      dataConflicts(),
    ],
    keys: [keysInit(types)],
    prekeys: [prekeysInit(types)],
  }
}
