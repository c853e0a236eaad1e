import type { FastifyInstance } from 'fastify'
import {
  addDisclosure,
  addDocument,
  addNote,
  addTask,
  changeMeasure,
  dropMeasure,
  finishEntry,
} from '../../cases/add-entries.js'
import { linkReferral } from '../../cases/link-referral.js'
import {
  validateAddDocumentRequest,
  validateAddNoteRequest,
  validateAddTaskRequest,
  validateChangePlanRequest,
  validateLinkReferralRequest,
  validateRecordDisclosureRequest,
} from '../../wire/generated/validators.js'
import { bodyOf } from '../validate.js'
import { caseCall, type CaseParams } from './case-call.js'
import type { CaseRoutesDeps } from './case-routes.js'

const write = { config: { scope: 'case:write' } } as const

/** What is written into a case, besides consents and the vault. */
export function caseEntryRoutes(server: FastifyInstance, deps: CaseRoutesDeps & { readonly country: string }): void {
  server.post<CaseParams>('/api/v1/cases/:id/notes', write, (request) =>
    addNote(deps, caseCall(request), bodyOf(request, validateAddNoteRequest)),
  )

  server.post<CaseParams>('/api/v1/cases/:id/documents', write, (request) =>
    addDocument(deps, caseCall(request), bodyOf(request, validateAddDocumentRequest)),
  )

  server.post<CaseParams>('/api/v1/cases/:id/tasks', write, (request) =>
    addTask(deps, caseCall(request), bodyOf(request, validateAddTaskRequest)),
  )

  server.post<CaseParams>('/api/v1/cases/:id/disclosures', write, (request) =>
    addDisclosure(deps, caseCall(request), bodyOf(request, validateRecordDisclosureRequest)),
  )

  server.post<{ Params: { readonly id: string; readonly entry: string } }>(
    '/api/v1/cases/:id/entries/:entry/done',
    write,
    (request) => finishEntry(deps, caseCall(request), request.params.entry),
  )

  server.post<CaseParams>('/api/v1/cases/:id/plan', write, (request) =>
    changeMeasure(deps, caseCall(request), bodyOf(request, validateChangePlanRequest)),
  )

  server.delete<{ Params: { readonly id: string; readonly measure: string } }>(
    '/api/v1/cases/:id/plan/:measure',
    write,
    (request) => dropMeasure(deps, caseCall(request), request.params.measure),
  )

  server.post<CaseParams>('/api/v1/cases/:id/referrals', write, (request) =>
    linkReferral(deps, caseCall(request), bodyOf(request, validateLinkReferralRequest)),
  )
}
