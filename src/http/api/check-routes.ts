import type { FastifyInstance } from 'fastify'
import type { DraftCheck } from '../../wire/generated/types.js'
import { validateSubmitReferralRequest } from '../../wire/generated/validators.js'
import { pointersOf } from '../../wire/schema-faults.js'
import { checkDraft } from '../../outbound/check-draft.js'
import type { ReferralRoutesDeps } from './view-of-thread.js'

/** More faults than this say nothing more. */
const maxFaults = 1000

const write = { config: { scope: 'referral:write' } } as const

/** For developers of partner systems: what is wrong with a draft, all of it, before it is sent. */
export function checkRoutes(server: FastifyInstance, deps: ReferralRoutesDeps): void {
  server.post('/api/v1/referrals/check', write, async ({ body }): Promise<DraftCheck> => {
    if (validateSubmitReferralRequest(body)) return checkDraft(deps, body)
    const faults = pointersOf(validateSubmitReferralRequest.errors, maxFaults).map(
      (pointer) => ({ code: 'schema-invalid', pointer, level: 'deny' }) as const,
    )
    return { passes: false, faults, leftOut: [], advice: [] }
  })
}
