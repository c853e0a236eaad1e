import type { Test } from 'tap'
import type { Batch, Effect } from '../../src/store/batch.js'
import type { Store } from '../../src/store/port.js'
import type { MakeStoreHome } from './store.contract.js'

/** One effect on a store that was arranged for it. */
export interface EffectCase {
  readonly name: string
  readonly before: Batch
  readonly effect: Effect
  /** Whether its precondition holds. */
  readonly holds: boolean
  /** What is read afterwards; a case whose precondition does not hold changes nothing. */
  readonly read?: (store: Store) => Promise<unknown>
  readonly then?: unknown
}

/** Runs every case on a store of its own. */
export async function runEffectCases(t: Test, makeHome: MakeStoreHome, cases: readonly EffectCase[]): Promise<void> {
  for (const { name, before, effect, holds, read, then } of cases) {
    const store = await (await makeHome(t, 'passing')).open()
    t.strictSame(await store.commit(before), { ok: true }, `${name}: arranged`)
    t.strictSame(await store.commit([effect]), holds ? { ok: true } : { ok: false, failedEffect: 0 }, name)
    if (read !== undefined) t.match({ read: await read(store) }, { read: then }, `${name}: read back`)
    await store.close()
  }
}
