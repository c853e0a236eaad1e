import { toTimestamp } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import type { Batch } from '../store/batch.js'
import { destroyDeadKeys } from '../threads/destroy-dead-keys.js'
import type { EraseCaseRequest, ErasedCase } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { callList, holdersOf, isWithdrawable } from './case-holders.js'
import { entriesOf, loadCase, type LoadedCase } from './load-case.js'
import { localLeaf } from './local-leaf.js'
import { withdrawAll, type WithdrawIn } from './withdraw-referrals.js'

export type EraseCaseDeps = CaseDeps & { readonly withdrawIn: WithdrawIn }

/**
 * Erases a case for good: what is left says that it was here and when it went. The order is that of architecture,
 * decision 8: the case is empty in data.db and its key is named as dead, then the key is destroyed.
 *
 * @param name id or code
 * @throws ExchangeError case-not-found, case-erased, case-still-held, conflict; schema-invalid where the code typed once
 * more is another one
 */
export async function eraseCase(
  deps: EraseCaseDeps,
  name: string,
  { confirm, referrals }: EraseCaseRequest,
): Promise<ErasedCase> {
  const before = await loadCase(deps, name)
  if (confirm !== before.row.code) throw new ExchangeError('schema-invalid', { pointers: ['/confirm const'] })
  const holders = await holdersOf(deps, before)
  const open = holders.filter(isWithdrawable)
  if (open.length > 0 && referrals === undefined) {
    throw new ExchangeError('case-still-held', {
      receivers: open.length,
      threads: open.map(({ thread }) => thread.thread),
    })
  }
  const withdrawn: string[] = []
  for (const { thread } of referrals === 'withdraw' ? open : []) {
    if (await withdrawAll(deps, thread.thread)) withdrawn.push(thread.thread)
  }
  // The person may have been told more of the case meanwhile: what goes is what is there now.
  const loaded = await loadCase(deps, before.row.id)
  const { nonce, erasedAt } = await eraseNow(deps, loaded)
  return {
    case: loaded.row.id,
    erasedAt: toTimestamp(erasedAt),
    nonce,
    withdrawn,
    holders: [...new Set(holders.filter(({ holds }) => holds).map(({ node }) => node))],
    callList: callList(loaded).map(({ content: { organisation, country } }) => `${organisation}, ${country}`),
  }
}

/** Erases a case as it was loaded. @throws ExchangeError conflict where it changed since */
export async function eraseNow(
  deps: CaseDeps,
  loaded: LoadedCase,
): Promise<{ readonly nonce: string; readonly erasedAt: number }> {
  const { id, version, keyId } = loaded.row
  const at = deps.clock.now()
  const leaf = localLeaf(deps.random, 'case.erased', { subject: `${id}|${at}`, at })
  const result = await deps.store.commit([
    { do: 'eraseCase', id, expectVersion: version, at, nonce: leaf.nonce },
    { do: 'insertDeadKey', keyId, at },
    leaf.effect,
    ...(await ownCopies(deps, loaded, at)),
  ])
  if (!result.ok) throw new ExchangeError('conflict', { case: id })
  await destroyDeadKeys(deps)
  return { nonce: leaf.nonce, erasedAt: at }
}

/**
 * Our own copies of its referrals go as well: those that are over at once, the others when they end. What has to tell the other side of it goes
 * out before, at most until it can be delivered no more.
 */
async function ownCopies({ store }: CaseDeps, loaded: LoadedCase, now: number): Promise<Batch> {
  const effects: Batch[number][] = []
  for (const { row } of entriesOf(loaded, 'link')) {
    const thread = row.thread === null ? undefined : await store.findThread(row.thread)
    if (thread === undefined) continue
    const erasure = { thread: thread.thread, cause: 'personAsked', dueAt: now, erasedAt: null } as const
    effects.push({ do: 'insertErasure', row: { ...erasure, remaining: null, certifiedOnward: null } })
  }
  return effects
}
