import type { FastifyInstance } from 'fastify'
import { ExchangeError } from '../../base/errors.js'
import { toSeconds } from '../../base/clock.js'
import type {
  ContactExport,
  ContactExportQuery,
  ContactHits,
  ContactQuery,
  ContactView,
} from '../../wire/generated/types.js'
import {
  validateCheckDeskRequest,
  validateContactExportQuery,
  validateContactQuery,
  validatePublishContactRequest,
  type Validator,
} from '../../wire/generated/validators.js'
import { pointersOf } from '../../wire/schema-faults.js'
import type { ContactBook } from '../../directory/contacts/contact-book.js'
import { exportContacts } from '../../directory/contacts/formats/export-contacts.js'
import {
  checkOwnDesk,
  endContact,
  publishContact,
  type OwnContactsDeps,
  type Published,
} from '../../directory/contacts/own-contacts.js'
import { searchContacts } from '../../directory/contacts/search-contacts.js'
import type { OwnCard } from '../../directory/own-card.js'
import type { PeerDirectory } from '../../directory/peer-directory.js'
import { bodyOf } from '../validate.js'
import { contactView, hitView } from './contact-view.js'

export type ContactRoutesDeps = OwnContactsDeps & {
  readonly contacts: ContactBook
  readonly directory: PeerDirectory
  readonly ownCard: Pick<OwnCard, 'card'>
}

interface ContactParams {
  readonly Params: { readonly node: string; readonly id: string }
}

const defaultLimit = 50
/** What fits into one answer. */
const maxExported = 2000

const read = { scope: 'peer:read' } as const
const write = { config: { scope: 'peer:write' } } as const
const searchParameters = [
  'country',
  'from',
  'language',
  'targetGroup',
  'service',
  'referralType',
  'sop',
  'agencyType',
  'node',
  'text',
  'openWithin',
  'urgent',
  'stale',
  'limit',
]

/** The directory as people use it: search, read, export; publish, check and end the records of this node (PROTOCOL 7). */
export function contactRoutes(server: FastifyInstance, deps: ContactRoutesDeps): void {
  server.get('/api/v1/contacts', { config: { ...read, parameters: searchParameters } }, ({ query }) =>
    search(deps, queryOf(query, validateContactQuery)),
  )

  server.post('/api/v1/contacts', write, async (request, reply) => {
    const { shareWith, ...draft } = bodyOf(request, validatePublishContactRequest)
    const published = await publishContact(deps, draft, shareWith)
    reply.code(201).header('location', `/api/v1/contacts/${deps.self}/${published.id}`)
    return viewOf(deps, published)
  })

  const exportConfig = { ...read, parameters: ['format', 'country', 'own'] }
  server.get('/api/v1/contacts/export', { config: exportConfig }, ({ query }) =>
    exported(deps, queryOf(query, validateContactExportQuery)),
  )

  server.get<ContactParams>(
    '/api/v1/contacts/:node/:id',
    { config: read },
    async ({ params }): Promise<ContactView> => {
      const record = await deps.contacts.find(params.node, params.id)
      if (record === undefined) throw new ExchangeError('contact-not-found')
      return contactView(record, { self: deps.self, nowSeconds: toSeconds(deps.clock.now()) })
    },
  )

  server.post<ContactParams>('/api/v1/contacts/:node/:id/check', write, async (request) => {
    const { desk, checkedBy } = bodyOf(request, validateCheckDeskRequest)
    return viewOf(deps, await checkOwnDesk(deps, { id: ownId(deps, request.params), desk, checkedBy }))
  })

  server.delete<ContactParams>('/api/v1/contacts/:node/:id', write, async ({ params }, reply) => {
    await endContact(deps, ownId(deps, params))
    return reply.code(204).send()
  })
}

async function search(
  { contacts, self, directory, ownCard, clock }: ContactRoutesDeps,
  query: ContactQuery,
): Promise<ContactHits> {
  const nowSeconds = toSeconds(clock.now())
  const { openWithin, urgent, stale, limit, ...same } = query
  const filter = {
    ...same,
    ...(openWithin === undefined ? {} : { openWithin: Number(openWithin) }),
    isUrgent: urgent === 'true',
    withStale: stale === 'true',
  }
  const hits = searchContacts(await contacts.list(), filter, nowSeconds)
  const page = hits.slice(0, limit === undefined ? defaultLimit : Number(limit))
  const hidden = await contacts.countHidden()
  const ownLabel = ownCard.card().label
  return {
    hits: page.map((hit) => hitView(hit, { self, ownLabel, directory, nowSeconds })),
    more: hits.length - page.length,
    hidden,
  }
}

async function exported(
  { contacts, self, clock }: ContactRoutesDeps,
  query: ContactExportQuery,
): Promise<ContactExport> {
  const { format, country, own } = query
  const records = (await (own === 'true' ? contacts.ofNode(self) : contacts.list())).filter(
    (record) => record.visibility === 'federation' && (country === undefined || record.country === country),
  )
  if (records.length > maxExported) throw new ExchangeError('payload-too-large', { limit: maxExported })
  return { format, records: records.length, text: exportContacts(records, format, toSeconds(clock.now())) }
}

async function viewOf({ contacts, self, clock }: ContactRoutesDeps, published: Published): Promise<ContactView> {
  const record = await contacts.find(self, published.id)
  if (record === undefined) throw new ExchangeError('contact-not-found')
  return contactView(record, { self, nowSeconds: toSeconds(clock.now()), notShared: published.notShared })
}

/** Other nodes write their own records. */
function ownId({ self }: ContactRoutesDeps, { node, id }: ContactParams['Params']): string {
  if (node !== self) throw new ExchangeError('contact-not-found')
  return id
}

function queryOf<T>(query: unknown, validate: Validator<T>): T {
  // The framework gives an object without prototype; the validator reads members alone.
  if (validate(query)) return query
  throw new ExchangeError('schema-invalid', {
    pointers: pointersOf(validate.errors).map((pointer) => `/query${pointer}`),
  })
}
