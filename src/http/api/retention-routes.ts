import type { FastifyInstance } from 'fastify'
import { makeRetentionDays } from '../../agreements/retention-days.js'
import type { CaseDeps } from '../../cases/case-deps.js'
import { runRetention } from '../../cases/run-retention.js'
import { validateRunRetentionRequest } from '../../wire/generated/validators.js'
import { bodyOf } from '../validate.js'

/** Erases what was kept long enough, or tells what that is. */
export function retentionRoutes(server: FastifyInstance, deps: CaseDeps): void {
  server.post('/api/v1/retention', { config: { scope: 'case:erase' } }, (request) =>
    runRetention(
      { ...deps, retentionDays: makeRetentionDays(deps, deps.clock.now()) },
      bodyOf(request, validateRunRetentionRequest),
    ),
  )
}
