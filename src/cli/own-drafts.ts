import { validateContactView, validateNodeView } from '../wire/generated/validators.js'
import type { CommandContext } from './command-context.js'
import type { LocalApi } from './local-api.js'
import { namedElsewhere } from './named-elsewhere.js'
import type { Failure } from './outcome.js'
import { withLocalApi } from './with-local-api.js'

type Draft = Readonly<Record<string, unknown>>

export interface OwnDrafts {
  readonly drafts: readonly Draft[]
  /** Offices of other nodes that are among them. */
  readonly warnings: readonly string[]
}

/**
 * Drafts to publish as records of this node: an id stays where it is the one of an own record, which the draft then
 * replaces. A record of another node becomes a new one. Undefined where there is no node to ask.
 */
export async function ownDrafts(context: CommandContext, drafts: readonly Draft[]): Promise<OwnDrafts | undefined> {
  const kept: Draft[] = []
  const warnings: string[] = []
  const outcome = await withLocalApi(context, async (api) => {
    const node = await api.ask({ method: 'GET', path: '/api/v1/node', answer: validateNodeView })
    if (!node.ok) return node
    for (const draft of drafts) {
      const checked = await withoutForeignId(api, node.body.id, draft)
      if ('problem' in checked) return checked
      kept.push(checked.draft)
    }
    warnings.push(...(await namedElsewhere(api, kept)))
    return { ok: true, result: {}, lines: [] }
  })
  return outcome.ok ? { drafts: kept, warnings } : undefined
}

async function withoutForeignId(
  api: LocalApi,
  self: string,
  draft: Draft,
): Promise<{ readonly draft: Draft } | Failure> {
  const { id, ...rest } = draft
  if (typeof id !== 'string') return { draft }
  const path = `/api/v1/contacts/${self}/${encodeURIComponent(id)}`
  const own = await api.ask({ method: 'GET', path, answer: validateContactView })
  if (own.ok) return { draft }
  return own.problem.code === 'contact-not-found' ? { draft: rest } : own
}
