import { codeOf, ExchangeError } from '../base/errors.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'
import { loadThread, type LoadedThread } from './load-thread.js'
import { onwardHolders, type OnwardHolder } from './onward-holders.js'

interface NamedTwiceDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
}

/**
 * PROTOCOL 5.7: whether another event of the chain says as well that the case went on by this referral, or under this grant. At most one of them is
 * true, so what the holder answers shows nothing of the other one. In another chain the root is another one, and the holder answers no.
 */
export async function isNamedTwice(
  deps: NamedTwiceDeps,
  { executed, referral, grant }: OnwardHolder,
): Promise<boolean> {
  for (const thread of await threadsOfChain(deps, executed.row.thread)) {
    const loaded = await readable(deps, thread)
    const others = loaded === undefined ? [] : onwardHolders(loaded)
    const isSame = (other: OnwardHolder) => other.referral === referral || other.grant === grant
    if (others.some((other) => other.executed.row.digest !== executed.row.digest && isSame(other))) return true
  }
  return false
}

/** Every referral of this node that the one continues, that continues it, or that continues the same. */
async function threadsOfChain({ store }: NamedTwiceDeps, known: string): Promise<readonly string[]> {
  let first = known
  for (let link = await store.findThreadLink(first); link !== undefined; link = await store.findThreadLink(first))
    first = link.parent
  const found = [first]
  for (const parent of found) found.push(...(await store.linksTo(parent)).map(({ thread }) => thread))
  return found
}

/** What nobody can read any more says nothing: the others must not wait for it. */
async function readable(deps: NamedTwiceDeps, thread: string): Promise<LoadedThread | undefined> {
  try {
    return await loadThread(deps, thread)
  } catch (error) {
    if (error instanceof ExchangeError && codeOf(error) === 'content-unreadable') return undefined
    throw error
  }
}
