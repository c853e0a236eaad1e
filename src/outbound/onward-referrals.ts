import { loadThread, type LoadedThread } from '../threads/load-thread.js'
import type { SubmitDeps } from './submit-deps.js'

/** Referrals of this node that continue a referral, and all that continue these; those nearest to it come first. */
export async function onwardReferrals(
  deps: Pick<SubmitDeps, 'self' | 'store' | 'keys'>,
  thread: string,
): Promise<readonly LoadedThread[]> {
  const found: LoadedThread[] = []
  const open = [thread]
  for (let parent = open.shift(); parent !== undefined; parent = open.shift()) {
    for (const link of await deps.store.linksTo(parent)) {
      const child = await loadThread(deps, link.thread)
      if (child === undefined) continue
      found.push(child)
      open.push(link.thread)
    }
  }
  return found
}

/** Whether a referral of this node passes on, at any distance, what it received: then what it holds of it is not its own case. */
export async function isOnwardCopy({ store }: Pick<SubmitDeps, 'store'>, thread: string): Promise<boolean> {
  for (
    let link = await store.findThreadLink(thread);
    link !== undefined;
    link = await store.findThreadLink(link.parent)
  ) {
    if ((await store.findThread(link.parent))?.role === 'receiver') return true
  }
  return false
}
