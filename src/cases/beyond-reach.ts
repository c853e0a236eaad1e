import { loadThread } from '../threads/load-thread.js'
import type { CaseChange, Consent } from '../wire/generated/types.js'
import type { CaseDeps } from './case-deps.js'
import { entriesOf, type LoadedCase } from './load-case.js'
import { mayStillHold } from './may-still-hold.js'

type NotWithdrawn = NonNullable<CaseChange['notWithdrawn']>[number]

/**
 * Referrals of a case that a withdrawal of one of its consents does not reach by itself, although their receivers may still hold something: linked
 * without a consent, sent by another consent where the person takes everything back, or continued outside the case. A person decides.
 */
export async function beyondReach(
  deps: Pick<CaseDeps, 'store' | 'keys' | 'self'>,
  loaded: LoadedCase,
  { consentId, withdrawal }: Consent,
): Promise<readonly NotWithdrawn[]> {
  const links = entriesOf(loaded, 'link').flatMap(({ row, content }) =>
    row.thread === null ? [] : [{ thread: row.thread, consent: content.consent }],
  )
  const linked = new Set(links.map(({ thread }) => thread))
  const isForAll = withdrawal?.scope === 'everything' || withdrawal?.scope === 'oneRecipient'
  const asked: NotWithdrawn[] = links.flatMap(({ thread, consent }): readonly NotWithdrawn[] => {
    if (consent === undefined) return [{ thread, reason: 'noConsent' }]
    return consent !== consentId && isForAll ? [{ thread, reason: 'otherConsent' }] : []
  })
  for (const thread of await continuing(deps, linked)) asked.push({ thread, reason: 'notLinked' })
  const found: NotWithdrawn[] = []
  for (const each of asked) if (await isHeld(deps, each.thread, withdrawal?.recipient)) found.push(each)
  return found
}

/** What continues referrals of the case, at any distance, and belongs to no case, or to another one. */
async function continuing(
  { store }: Pick<CaseDeps, 'store'>,
  linked: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const open = [...linked]
  for (let parent = open.shift(); parent !== undefined; parent = open.shift()) {
    // What was received is taken back from everybody behind by itself.
    if ((await store.findThread(parent))?.role !== 'sender') continue
    for (const { thread } of await store.linksTo(parent)) {
      if (linked.has(thread) || found.has(thread)) continue
      found.add(thread)
      open.push(thread)
    }
  }
  return found
}

/** Whether the receiver of a referral that this node sent may still use, or have, what it got. */
async function isHeld(
  deps: Pick<CaseDeps, 'store' | 'keys' | 'self'>,
  thread: string,
  recipient: string | undefined,
): Promise<boolean> {
  const loaded = await loadThread(deps, thread)
  if (loaded?.row.role !== 'sender' || (recipient !== undefined && loaded.row.peer !== recipient)) return false
  return mayStillHold(loaded)
}
