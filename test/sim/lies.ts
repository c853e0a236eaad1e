import type { RecordRow } from '../../src/store/rows.js'
import { recordKey, recordStamp, type HeldRecord } from '../../src/directory/gossip/directory-record.js'
import { makeProof } from '../../src/directory/gossip/equivocation-proof.js'
import { makeRecordTree, type RecordTree } from '../../src/directory/gossip/record-tree.js'
import { chainText, type ReadRecord } from '../../src/directory/gossip/read-record.js'
import { signVouch } from '../../src/directory/gossip/vouch.js'
import { sha256Text } from '../../src/crypto/sha256.js'
import type { Signer } from '../../src/crypto/signer.js'
import { contactText, extendChain, statementOf, type Identity } from './population.js'

/** A record that a lying node shows: what it claims of it, and what it gives. */
export interface Lie {
  readonly kind: RecordRow['kind']
  /** Name under which it is shown; it need not be that of the text. */
  readonly node: string
  readonly id: string
  readonly seq: number
  readonly text: string
}

export const lieKinds = ['rollback', 'backdated', 'equivocation', 'flood', 'forged', 'relabelled', 'replayed'] as const
export type LieKind = (typeof lieKinds)[number]

/** A set of records as one asker of a lying node sees it. */
export interface LyingView {
  readonly tree: RecordTree
  /** Texts of the lies, by key. */
  readonly texts: ReadonlyMap<string, string>
}

/** What everybody holds, with lies in place of some of it. */
export function lyingView(base: RecordTree, lies: readonly Lie[]): LyingView {
  const tree = makeRecordTree(base)
  const texts = new Map<string, string>()
  for (const { kind, node, id, seq, text } of lies) {
    const key = recordKey({ kind, node, id })
    const stamp = recordStamp({ key, seq, digest: sha256Text(text) })
    const shown: HeldRecord = {
      key,
      stamp,
      entry: stamp.slice(0, 48),
      kind,
      node,
      id,
      seq,
      digest: sha256Text(text),
      exp: 9_999_999_999,
      isEnded: false,
      characters: text.length,
      source: null,
      storedAt: 0,
    }
    tree.put(shown)
    texts.set(key, text)
  }
  return { tree, texts }
}

/** What was true once, shown as if it were newer than what is true now. */
export function rollbackLies(victims: readonly Identity[]): readonly Lie[] {
  return victims.flatMap((victim) => {
    const { node, oldContact, contact, chain } = victim
    const old = { kind: 'contact' as const, node, id: oldContact.id, seq: contact.seq + 50, text: oldContact.text }
    if (chain.length === 1) return [old]
    const cut = chain.slice(0, 1)
    return [old, { kind: 'statements' as const, node, id: '', seq: contact.seq + 50, text: chainText(cut) }]
  })
}

/** What was signed truly and revoked, ended or taken back since, shown as if it were newer. */
export function replayedLies(
  owners: readonly Identity[],
  takenBack: readonly ReadRecord[],
  now: number,
): readonly Lie[] {
  const contacts = owners.flatMap(({ node, revokedContact, ended }) => [
    ...(revokedContact === undefined ? [] : [{ ...revokedContact, node }]),
    ...(ended === undefined ? [] : [{ id: ended.contact.id, text: ended.contact.text, node }]),
  ])
  return [
    ...contacts.map((replayed) => ({ kind: 'contact' as const, ...replayed, seq: now })),
    ...takenBack.map(({ node, id, text }) => ({ kind: 'vouch' as const, node, id, text, seq: now })),
  ]
}

/** Signed with a key that nobody knows to be stolen yet: dated before the theft, with a sequence that keeps its owner out. */
export function backdatedLies(robbed: readonly Identity[], now: number): readonly Lie[] {
  return robbed.map(({ node, contactId: id, signing }) => {
    const seq = now + 6 * 86_400
    const text = contactText(signing, { node, id, iat: now - 20 * 86_400, seq, country: 'XK' })
    return { kind: 'contact' as const, node, id, seq, text }
  })
}

/** The word of an introducer that lies for nodes that it invented, and the words of others in its writing. */
export function introducerLies(
  liar: Identity,
  { introducers, invented }: { readonly introducers: readonly Identity[]; readonly invented: readonly Identity[] },
  now: number,
): readonly Lie[] {
  return introducers.flatMap(({ node: from, signing }) =>
    invented.map(({ node }) => {
      const signer = from === liar.node ? liar.signing : underKid(liar.signing, signing.kid)
      // Words that are held were taken back with a lower sequence.
      const text = signVouch(signer, { from, node, seq: now, isEnded: false, now })
      return { kind: 'vouch' as const, node: from, id: node, seq: now, text }
    }),
  )
}

/** Two contacts of one sequence, for two halves of the askers; both truly signed by the liar. */
export function equivocationLies(liar: Identity, now: number): readonly [readonly Lie[], readonly Lie[]] {
  const contactOf = (country: string): Lie => {
    const text = contactText(liar.signing, { node: liar.node, id: liar.contactId, iat: now, country })
    return { kind: 'contact', node: liar.node, id: liar.contactId, seq: now, text }
  }
  return [[contactOf('IT')], [contactOf('RO')]]
}

/** Nodes that nobody knows, with all that belongs to them. */
export function floodLies(invented: readonly Identity[]): readonly Lie[] {
  return invented.flatMap(({ node, chain, contact }) => [
    { kind: 'statements' as const, node, id: '', seq: statementOf(chain.at(-1) ?? '').seq, text: chainText(chain) },
    { kind: 'contact' as const, node, id: contact.id, seq: contact.seq, text: contact.text },
  ])
}

/** Records of others that the liar signed: with its own key, under their key's name, and with a key that was stolen. */
export function forgedLies(
  liar: Identity,
  victims: readonly Identity[],
  introducers: readonly Identity[],
  now: number,
): readonly Lie[] {
  return [
    ...victims.flatMap((victim, at) => {
      const { node, contactId: id, signing, stolen, chain, contact } = victim
      const about = { node, id, iat: now }
      const asVictim = underKid(liar.signing, signing.kid)
      const forged = [
        contactText(liar.signing, about),
        contactText(asVictim, about),
        // Signed before the theft, it says; by the thief, now.
        ...(stolen === undefined ? [] : [contactText(stolen, { ...about, iat: now - 100 * 86_400, seq: now })]),
      ]
      const text = forged[at % forged.length] ?? ''
      const other = contactText(asVictim, { ...about, iat: contact.iat, seq: contact.seq, country: 'XK' })
      return [
        { kind: 'contact' as const, node, id, seq: now, text },
        { kind: 'proof' as const, node, id: '', seq: 0, text: makeProof('contact', node, contact.text, other) },
        {
          kind: 'statements' as const,
          node,
          id: '',
          seq: now,
          text: chainText([...chain, extendChain(underKid(liar.identity, victim.identity.kid), chain, now)]),
        },
      ]
    }),
    ...introducers.map(({ node, signing }) => ({
      kind: 'vouch' as const,
      node,
      id: liar.node,
      seq: now,
      text: signVouch(underKid(liar.signing, signing.kid), {
        from: node,
        node: liar.node,
        seq: now,
        isEnded: false,
        now,
      }),
    })),
  ]
}

/** Texts of one node shown as another's, and texts with another owner written into them. */
export function relabelledLies(liar: Identity, victims: readonly Identity[], now: number): readonly Lie[] {
  return victims.flatMap(({ node, contactId: id, contact, oldContact }, at) => {
    const [header, , signature] = contact.text.split('.')
    const payload = {
      ...JSON.parse(Buffer.from(contact.text.split('.')[1] ?? '', 'base64url').toString()),
      seq: now,
    } as object
    const altered = `${header}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${signature}`
    const own = contactText(liar.signing, { node: liar.node, id, iat: now })
    const texts = [altered, own, oldContact.text]
    return [{ kind: 'contact' as const, node, id, seq: now, text: texts[at % texts.length] ?? '' }]
  })
}

/** Signs with one key and says that it was another. */
function underKid(signer: Signer, kid: string): Signer {
  return {
    ...signer,
    kid,
    sign(typ, payload) {
      const [, body, signature] = signer.sign(typ, payload).split('.')
      const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid, typ })).toString('base64url')
      return `${header}.${body}.${signature}`
    },
  }
}
