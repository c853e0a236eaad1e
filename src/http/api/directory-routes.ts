import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../base/clock.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import type { Store } from '../../store/port.js'
import type { DirectoryState } from '../../wire/generated/types.js'

export interface DirectoryRoutesDeps {
  readonly self: string
  readonly store: Store
  readonly directory: PeerDirectory
  readonly clock: Clock
  /** One round of gossip now. Never rejects. */
  readonly refreshDirectory: () => Promise<void>
}

/** The directory beside what it holds: asking peers now instead of within ten minutes. */
export function directoryRoutes(server: FastifyInstance, deps: DirectoryRoutesDeps): void {
  const { self, store, directory, clock } = deps
  server.post('/api/v1/directory/refresh', { config: { scope: 'peer:write' } }, async (): Promise<DirectoryState> => {
    await deps.refreshDirectory()
    const count = async (kind: 'statements' | 'contact'): Promise<number> =>
      (await store.listRecordHeads(kind)).filter(({ node }) => node !== self).length
    const asked = directory.list().filter(({ row }) => row.suspendedAt === null && row.retryAt <= clock.now()).length
    return { nodes: await count('statements'), contacts: await count('contact'), asked }
  })
}
