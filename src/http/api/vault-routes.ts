import type { FastifyInstance } from 'fastify'
import type { CaseDeps } from '../../cases/case-deps.js'
import { readVault, writeVault } from '../../cases/vault.js'
import { addHints } from '../../cases/vault-hints.js'
import { validateAddCaseHintsRequest, validateChangeVaultRequest } from '../../wire/generated/validators.js'
import { bodyOf } from '../validate.js'
import { caseCall, type CaseParams } from './case-call.js'

const vault = { config: { scope: 'case:vault' } } as const

/** Identity data of a case: the only way to it, with a scope of its own. */
export function vaultRoutes(server: FastifyInstance, deps: CaseDeps): void {
  server.get<CaseParams>('/api/v1/cases/:id/vault', vault, (request) => readVault(deps, caseCall(request)))

  server.post<CaseParams>('/api/v1/cases/:id/vault', vault, (request) =>
    writeVault(deps, caseCall(request), bodyOf(request, validateChangeVaultRequest)),
  )

  server.post<CaseParams>('/api/v1/cases/:id/hints', vault, (request) => {
    const { hints } = bodyOf(request, validateAddCaseHintsRequest)
    return addHints(deps, caseCall(request), hints)
  })
}
