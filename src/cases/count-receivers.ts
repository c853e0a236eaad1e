import type { CaseDeps } from './case-deps.js'

/** How many different nodes were sent these referrals: one office may have several. */
export async function countReceivers(
  { store }: Pick<CaseDeps, 'store'>,
  threads: readonly string[],
): Promise<{ readonly receivers: number }> {
  const nodes = new Set<string>()
  for (const thread of threads) {
    const row = await store.findThread(thread)
    if (row !== undefined) nodes.add(row.peer)
  }
  return { receivers: nodes.size }
}
