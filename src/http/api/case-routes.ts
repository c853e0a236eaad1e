import type { FastifyInstance } from 'fastify'
import { toDay } from '../../base/clock.js'
import { ExchangeError } from '../../base/errors.js'
import { holdersOf, isUnderWay } from '../../cases/case-holders.js'
import { closeCase, reopenCase } from '../../cases/close-case.js'
import { dueWider } from '../../cases/due-wider.js'
import { dueWithdrawals } from '../../cases/due-withdrawals.js'
import { eraseCase } from '../../cases/erase-case.js'
import { loadCase } from '../../cases/load-case.js'
import { openCase } from '../../cases/open-case.js'
import { readCase } from '../../cases/read-case.js'
import { setRetention } from '../../cases/set-retention.js'
import type { CaseList, CaseSummary, DueTaskList } from '../../wire/generated/types.js'
import {
  validateCreateCaseRequest,
  validateEraseCaseRequest,
  validateSetCaseRetentionRequest,
} from '../../wire/generated/validators.js'
import { maxPageItems } from '../../wire/limits.js'
import { bodyOf } from '../validate.js'
import { caseCall, type CaseParams } from './case-call.js'
import { casePageOf, caseParameters, type CaseQuery } from './case-query.js'
import { caseSummary, caseView, holdersView, type CaseViewDeps } from './case-view.js'
import { encodeCursor } from './cursor.js'
import type { ReferralRoutesDeps } from './view-of-thread.js'
import { makeWithdrawIn } from './withdraw-in.js'

export type CaseRoutesDeps = CaseViewDeps & ReferralRoutesDeps

const read = { config: { scope: 'case:read' } } as const
const list = { config: { ...read.config, parameters: caseParameters } } as const
const write = { config: { scope: 'case:write' } } as const
const erase = { config: { scope: 'case:erase' } } as const
/** What is due is told so long before. */
const aheadMs = 7 * 86_400_000

/** Local cases: open, list, read, close, erase. Nothing of them ever leaves the node. */
export function caseRoutes(server: FastifyInstance, deps: CaseRoutesDeps): void {
  const summaryOf = async (name: string): Promise<CaseSummary> => {
    const row = await deps.store.findCase(name)
    if (row === undefined) throw new ExchangeError('case-not-found')
    return caseSummary(row)
  }

  server.post('/api/v1/cases', write, async (request, reply) => {
    const id = await openCase(deps, bodyOf(request, validateCreateCaseRequest))
    reply.code(201).header('location', `/api/v1/cases/${id}`)
    return summaryOf(id)
  })

  server.get<{ Querystring: CaseQuery }>('/api/v1/cases', list, async ({ query }): Promise<CaseList> => {
    const asked = casePageOf(query)
    // One more than asked for tells whether there is a next page.
    const rows = await deps.store.listCases({ ...asked, limit: asked.limit + 1 })
    const page = rows.slice(0, asked.limit)
    const last = page.at(-1)
    const isMore = rows.length > asked.limit && last !== undefined
    return { cases: page.map(caseSummary), ...(isMore ? { next: encodeCursor({ ...last, thread: last.id }) } : {}) }
  })

  server.get('/api/v1/cases/due', read, async (): Promise<DueTaskList> => {
    const due = await deps.store.dueCaseEntries(deps.clock.now() + aheadMs, maxPageItems)
    return {
      tasks: due.flatMap(({ id, caseId, code, kind, dueAt }) =>
        kind === 'reminder' || kind === 'followUp'
          ? [{ case: caseId, code, entry: id, kind, dueOn: toDay(dueAt) }]
          : [],
      ),
      withdrawals: [...(await dueWithdrawals(deps))],
      wider: [...(await dueWider(deps))],
    }
  })

  server.get<CaseParams>('/api/v1/cases/:id', read, async (request) =>
    caseView(deps, await readCase(deps, caseCall(request), 'case')),
  )

  server.get<CaseParams>('/api/v1/cases/:id/holders', read, async (request) => {
    const loaded = await readCase(deps, caseCall(request), 'holders')
    return holdersView(deps, loaded, await holdersOf(deps, loaded))
  })

  server.post<CaseParams>('/api/v1/cases/:id/close', write, async (request) => {
    await closeCase(deps, caseCall(request))
    const holders = await holdersOf(deps, await loadCase(deps, request.params.id))
    const open = holders.filter(isUnderWay).map(({ thread }) => thread.thread)
    return { ...(await summaryOf(request.params.id)), ...(open.length === 0 ? {} : { openReferrals: open }) }
  })

  server.post<CaseParams>('/api/v1/cases/:id/reopen', write, async (request) => {
    await reopenCase(deps, caseCall(request))
    return summaryOf(request.params.id)
  })

  server.post<CaseParams>('/api/v1/cases/:id/retention', write, async (request) => {
    await setRetention(deps, caseCall(request), bodyOf(request, validateSetCaseRetentionRequest))
    return summaryOf(request.params.id)
  })

  server.post<CaseParams>('/api/v1/cases/:id/erase', erase, (request) => {
    const body = bodyOf(request, validateEraseCaseRequest)
    return eraseCase({ ...deps, withdrawIn: makeWithdrawIn(deps) }, request.params.id, body)
  })
}
