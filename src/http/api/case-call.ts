import type { FastifyRequest } from 'fastify'
import type { CaseCall } from '../../cases/case-deps.js'

/** A route below one case. */
export interface CaseParams {
  readonly Params: { readonly id: string }
}

/** The case that a request names, by id or code, and the token that it came with. */
export function caseCall({ params, tokenLabel }: FastifyRequest<CaseParams>): CaseCall {
  return { name: params.id, by: tokenLabel ?? '' }
}
