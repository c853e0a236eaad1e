import { recordKey } from './directory-record.js'
import type { RecordTree } from './record-tree.js'

/** What the node knows of another one by pairing. */
export type Standing = 'self' | 'paired' | 'suspended' | 'unknown'

export interface VisibilityDeps {
  readonly standing: (node: string) => Standing
  /** Node ids whose word makes a node visible. */
  readonly introducers: readonly string[]
  readonly vouchesNeeded: number
}

/**
 * Whether a node is shown in the directory (PROTOCOL 7): this one, a paired one that is not suspended, or one that enough
 * trusted introducers vouch for. Showing is not trusting: only pairing opens the inbox.
 */
export function isShown(
  deps: VisibilityDeps,
  tree: Pick<RecordTree, 'find'>,
  node: string,
  nowSeconds: number,
): boolean {
  const known = deps.standing(node)
  if (known !== 'unknown') return known !== 'suspended'
  return !isProven(tree, node) && isVouchedFor(deps, tree, node, nowSeconds)
}

/** Whether enough trusted introducers vouch for a node, whatever is proven against it. */
export function isVouchedFor(
  { standing, introducers, vouchesNeeded }: VisibilityDeps,
  tree: Pick<RecordTree, 'find'>,
  node: string,
  nowSeconds: number,
): boolean {
  const words = introducers.filter((introducer) => {
    const vouch = tree.find(recordKey({ kind: 'vouch', node: introducer, id: node }))
    if (vouch === undefined || vouch.isEnded || vouch.exp <= nowSeconds) return false
    const known = standing(introducer)
    return known !== 'suspended' && !(known === 'unknown' && isProven(tree, introducer))
  })
  return new Set(words).size >= vouchesNeeded
}

/** Whether a proof is held that the node contradicted itself. */
function isProven(tree: Pick<RecordTree, 'find'>, node: string): boolean {
  return tree.find(recordKey({ kind: 'proof', node, id: '' })) !== undefined
}
