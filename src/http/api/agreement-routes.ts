import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import type { AgreementView } from '../../wire/generated/types.js'
import {
  validateDeclineAgreementRequest,
  validateProposeAgreementRequest,
  validateSuspendAgreementRequest,
} from '../../wire/generated/validators.js'
import { agreementHtml } from '../../agreements/agreement-page.js'
import {
  acceptAgreement,
  declineAgreement,
  proposeAgreement,
  resumeAgreement,
  suspendAgreement,
} from '../../outbound/agree.js'
import { proposalTerms } from '../../outbound/proposal-terms.js'
import type { SubmitDeps } from '../../outbound/submit-deps.js'
import { bodyOf } from '../validate.js'
import { agreementExport, agreementSummaries, agreementView, type AgreementViewDeps } from './agreement-view.js'

export type AgreementRoutesDeps = SubmitDeps & AgreementViewDeps

interface AgreementParams {
  readonly Params: { readonly digest: string }
}

const nodeIdPattern = /^[A-Za-z0-9_-]{43}$/
const read = { config: { scope: 'agreement:read' } } as const
const list = { config: { ...read.config, parameters: ['peer'] } } as const
const write = { config: { scope: 'agreement:write' } } as const

/** What this node and its peers may send each other: propose, read as data or as a page, and the steps of PROTOCOL 6. */
export function agreementRoutes(server: FastifyInstance, deps: AgreementRoutesDeps): void {
  server.get<{ Querystring: { readonly peer?: string } }>('/api/v1/agreements', list, async ({ query: { peer } }) => {
    if (peer !== undefined && !nodeIdPattern.test(peer)) {
      throw new ExchangeError('schema-invalid', { pointers: ['/query/peer pattern'] })
    }
    const peers = peer === undefined ? deps.directory.list().map(({ row }) => row.node) : [peer]
    return { agreements: (await Promise.all(peers.map((node) => agreementSummaries(deps, node)))).flat() }
  })

  server.get<AgreementParams>('/api/v1/agreements/:digest', read, ({ params }) => agreementView(deps, params.digest))

  server.get<AgreementParams>('/api/v1/agreements/:digest/page', read, async ({ params }, reply) => {
    const view = await agreementView(deps, params.digest)
    return reply.type('text/html; charset=utf-8').send(agreementHtml(view))
  })

  server.get<AgreementParams>('/api/v1/agreements/:digest/export', read, ({ params }) =>
    agreementExport(deps, params.digest),
  )

  server.post<{ Params: { readonly node: string } }>(
    '/api/v1/peers/:node/agreements',
    write,
    async (request, reply) => {
      const { node } = request.params
      const body = bodyOf(request, validateProposeAgreementRequest)
      const { terms, replaces } = await proposalTerms(deps, node, body)
      const { agreement } = await proposeAgreement(deps, node, terms, replaces)
      reply.code(201).header('location', `/api/v1/agreements/${agreement}`)
      return agreementView(deps, agreement)
    },
  )

  server.post<AgreementParams>('/api/v1/agreements/:digest/accept', write, ({ params: { digest } }) =>
    after(deps, digest, acceptAgreement(deps, digest)),
  )

  server.post<AgreementParams>('/api/v1/agreements/:digest/decline', write, (request) => {
    const { reason } = bodyOf(request, validateDeclineAgreementRequest)
    return after(deps, request.params.digest, declineAgreement(deps, request.params.digest, reason))
  })

  server.post<AgreementParams>('/api/v1/agreements/:digest/suspend', write, (request) => {
    const { reason } = bodyOf(request, validateSuspendAgreementRequest)
    return after(deps, request.params.digest, suspendAgreement(deps, request.params.digest, reason))
  })

  server.post<AgreementParams>('/api/v1/agreements/:digest/resume', write, ({ params: { digest } }) =>
    after(deps, digest, resumeAgreement(deps, digest)),
  )
}

/** The agreement as it stands when the step is taken. */
async function after(deps: AgreementRoutesDeps, digest: string, step: Promise<unknown>): Promise<AgreementView> {
  await step
  return agreementView(deps, digest)
}
