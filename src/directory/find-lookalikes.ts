import type { PeerRow } from '../store/rows.js'
import type { PeerDirectory } from './peer-directory.js'
import { looksAlike } from './pairing/lookalike.js'

/** Peers other than `node` whose label or organisation a reader could take for one of these names (PROTOCOL 6.2.7, list F-06). */
export function findLookalikes(
  directory: Pick<PeerDirectory, 'list'>,
  node: string,
  names: readonly string[],
): readonly PeerRow[] {
  return directory
    .list()
    .map(({ row }) => row)
    .filter((row) => row.node !== node && row.suspendedFor !== 'removed')
    .filter((row) => names.some((name) => looksAlike(name, row.label) || looksAlike(name, row.organisation)))
}
