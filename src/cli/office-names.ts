import { validateContactHits } from '../wire/generated/validators.js'
import { peerLabels, type PeerLabels } from './alarm-lines.js'
import type { LocalApi } from './local-api.js'

/** What people call a node, with its whole id; the id alone where nothing else is known of it. */
export type OfficeName = (node: string) => string

/** Names of nodes that need not be peers: the label of a peer, else the organisation of a record in the directory. */
export async function officeNames(api: LocalApi, nodes: Iterable<string>): Promise<OfficeName> {
  const names = await officeLabels(api, nodes)
  return (node) => {
    const name = names.get(node)
    return name === undefined ? node : `${name} (${node})`
  }
}

/** The same without their ids; nothing of a node of which nothing is known. */
export async function officeLabels(api: LocalApi, nodes: Iterable<string>): Promise<PeerLabels> {
  const names = new Map(await peerLabels(api))
  for (const node of new Set(nodes)) {
    if (names.has(node)) continue
    const path = `/api/v1/contacts?stale=true&limit=1&node=${encodeURIComponent(node)}`
    const answer = await api.ask({ method: 'GET', path, answer: validateContactHits })
    const [hit] = answer.ok ? answer.body.hits : []
    if (hit !== undefined) names.set(node, `${hit.organisation.name}, ${hit.country}, by the directory`)
  }
  return names
}
