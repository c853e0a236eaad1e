import type { Clock } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Random } from '../base/random.js'
import type { KeyStore } from '../crypto/key-store.js'
import { nameOfVersion, type Ruleset } from '../policy/identity/ruleset-version.js'
import type { Effect } from '../store/batch.js'
import type { Store } from '../store/port.js'
import type { ThreadRow } from '../store/rows.js'
import { loadThread } from '../threads/load-thread.js'
import { flagMasked } from './flag-masked.js'

export interface FlagByNewerRulesDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly clock: Clock
  readonly random: Random
  readonly ruleset: Ruleset
}

const metaName = 'identity-ruleset'
const pageSize = 100

/**
 * Once after the rules of this node became newer: looks at everything that was received under older ones, and tells a person of
 * each thread where they find something. The alarms and the note that it was done come one after the other: what a stop
 * interrupts is done again.
 *
 * @throws ExchangeError storage-failed
 */
export async function flagByNewerRules(deps: FlagByNewerRulesDeps): Promise<void> {
  const { store, ruleset } = deps
  const before = (await store.readMeta(metaName)) ?? null
  const value = nameOfVersion(ruleset.newest)
  if (before === value) return
  for await (const row of everyThread(store)) {
    const effects = await flagsOf(deps, row)
    if (effects.length > 0) await store.commit(effects)
  }
  await store.commit([{ do: 'setMeta', name: metaName, value, expect: before }])
}

/** Content that cannot be read any more hides nothing. */
async function flagsOf(deps: FlagByNewerRulesDeps, { thread, peer }: ThreadRow): Promise<readonly Effect[]> {
  try {
    const events = (await loadThread(deps, thread))?.events ?? []
    const received = events.filter(({ event }) => event.from === peer)
    return received
      .flatMap(({ event, row }) => flagMasked(deps, event, row.heldAgainst ?? 0, deps.clock.now()))
      .slice(0, 1)
  } catch (error) {
    if (error instanceof ExchangeError && error.code === 'content-unreadable') return []
    throw error
  }
}

async function* everyThread(store: Store): AsyncGenerator<ThreadRow> {
  let last: ThreadRow | undefined
  do {
    const page: readonly ThreadRow[] = await store.listThreads({
      limit: pageSize,
      ...(last === undefined ? {} : { after: last }),
    })
    yield* page
    last = page.at(-1)
  } while (last !== undefined)
}
