import { canonical, day, now, type Cast, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage, uuidOf } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector, type VectorFile } from '../vector-file.js'
import { contactOf, contactTyp, tombstoneOf } from './contact-record.js'
import {
  bucketDigests,
  chainRecord,
  contactRecord,
  endOfTime,
  entryFrom,
  entryOf,
  factsOf,
  keyOf,
  proofText,
  vouchRecord,
  type Kind,
  type SpreadRecord,
} from './directory-record.js'
import { mergeVectors } from './merge-vectors.js'
import { proofVectors } from './proof-vectors.js'
import { followStatement } from './statement-chain.js'
import { vouchVectors } from './vouch-vectors.js'

/** directory.json */
export function directoryVectors(cast: Cast): VectorFile {
  return {
    description:
      'Records that spread (PROTOCOL 7). `of` says what is asked. key: of the record with this name; ok: 12 bytes and the number of the bucket. entry: from key, sequence and digest; ok: 24 bytes. record: what a text says, before anything is verified; ok: name, sequence, end, whether it is a tombstone, digest and entry. set: of all `records`; ok: the root, the digests of the buckets that are not empty by number, and `buckets` as an answer to directory.compare has them. merge: of two records of one name, in either order; ok: digest of the one that stays, text of the proof, null if they do not exclude each other. proof: whether it counts by the chain `statements`; vouch: whether the JWS counts when it arrives at `at`. All bytes are base64url.',
    vectors: [
      ...keys(cast),
      ...entries(cast),
      ...records(cast),
      ...unreadable(cast),
      ...sets(cast),
      ...mergeVectors(cast),
      ...proofVectors(cast),
      ...vouchVectors(cast),
    ],
  }
}

function keys({ ro, it }: Cast): readonly Vector[] {
  const ask = (comment: string, kind: Kind, node: string, id: string): Vector => {
    const key = keyOf(kind, node, id)
    return accepts(comment, { of: 'key', kind, node, id }, { key: key.toString('base64url'), bucket: key[0] })
  }
  return [
    ask('a chain', 'statements', ro.id, ''),
    ask('a chain of another node', 'statements', it.id, ''),
    ask('a proof', 'proof', ro.id, ''),
    ask('a contact record', 'contact', ro.id, uuidOf('contact')),
    ask('another contact record', 'contact', ro.id, uuidOf('another')),
    ask('a vouch', 'vouch', ro.id, it.id),
    ask('the vouch the other way', 'vouch', it.id, ro.id),
  ]
}

function entries({ ro }: Cast): readonly Vector[] {
  const key = keyOf('statements', ro.id, '')
  const ask = (comment: string, seq: number, digest = sha256('a record')): Vector =>
    accepts(
      comment,
      { of: 'entry', key: key.toString('base64url'), seq, digest },
      { entry: entryFrom(key, seq, digest).toString('base64url') },
    )
  return [
    ask('an entry', now),
    ask('sequence zero', 0),
    ask('sequence one', 1),
    ask('more than 32 bits', 2 ** 32 + 5),
    ask('the greatest sequence that an entry shows', 2 ** 48 - 1),
    ask('a greater one looks the same', 2 ** 48),
    ask('the greatest one', 2 ** 53 - 1),
    ask('another digest', now, sha256('another record')),
  ]
}

function tell(comment: string, record: SpreadRecord): Vector {
  const ok = { ...factsOf(record), digest: sha256(record.text), entry: entryOf(record).toString('base64url') }
  return accepts(comment, { of: 'record', ...record }, ok)
}

function records({ ro, it }: Cast): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [life] = ro.statement['signing'] as readonly Json[]
  const signedWith = (notAfter: number): string =>
    followStatement(ro.identity, first, { signing: [{ ...life, notAfter }] })
  return [
    tell('a chain', chainRecord([first])),
    tell('a longer chain', chainRecord([first, followStatement(ro.identity, first)])),
    tell('its end is that of the last key of any statement', chainRecord([first, signedWith(now)])),
    tell('a key that ends later', chainRecord([first, signedWith(now + 900 * day)])),
    tell('an end that no time on the wire can say', chainRecord([first, signedWith(endOfTime)])),
    tell('a contact record', contactRecord(ro, contactOf(ro))),
    tell('a tombstone', contactRecord(ro, tombstoneOf(ro))),
    tell('a vouch', vouchRecord(ro, it)),
    tell('the end of a vouch', vouchRecord(ro, it, { ended: true })),
    tell('a proof', { kind: 'proof', text: proofText(ro.id, 'contact', ...twoContacts(ro)) }),
  ]
}

function twoContacts(ro: CastNode): readonly [string, string] {
  const [one, other] = ['RO', 'MD'].map((country) => contactRecord(ro, { ...contactOf(ro), country }).text)
  return [one ?? '', other ?? '']
}

function unreadable({ ro, it }: Cast): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const spaced = (text: string): string => text.replace(',', ', ')
  const proof = proofText(ro.id, 'contact', ...twoContacts(ro))
  const { first: one, second: other } = JSON.parse(proof) as Record<'first' | 'second', string>
  const ask = (comment: string, kind: Kind, text: string, expect: Refused): Vector =>
    refuses(comment, { of: 'record', kind, text }, expect)
  const chain = (member: string): Refused => ({ code: 'statement-invalid', member })
  const contact = (member: string): Refused => ({ code: 'contact-invalid', member })
  const record = (member: string): Refused => ({ code: 'record-invalid', member })
  const two = canonical([first, followStatement(ro.identity, first)])
  return [
    ask('an empty chain', 'statements', '[]', chain('empty')),
    ask('one statement without a list', 'statements', first, chain('chain')),
    ask('a text of its own', 'statements', JSON.stringify(first), chain('chain')),
    ask('a list of other things', 'statements', '[1]', chain('chain')),
    ask('sixty-five statements', 'statements', canonical(new Array(65).fill(first)), chain('chain')),
    ask('a chain with a blank', 'statements', spaced(two), chain('text')),
    ask('a chain with an escape that is not needed', 'statements', two.replace('e', '\\u0065'), chain('text')),
    ask('a list of cards', 'statements', canonical([ro.document.card]), chain('jws')),
    ask(
      'a contact record for single partners',
      'contact',
      contactRecord(ro, { ...contactOf(ro), visibility: 'bilateral' }).text,
      contact('visibility'),
    ),
    ask('a vouch as a contact record', 'contact', vouchRecord(ro, it).text, contact('jws')),
    ask(
      'a contact record with a blank before it',
      'contact',
      ` ${contactRecord(ro, contactOf(ro)).text}`,
      contact('jws'),
    ),
    ask('a contact record as a vouch', 'vouch', contactRecord(ro, contactOf(ro)).text, record('jws')),
    ask('a vouch with a member too many', 'vouch', vouchRecord(ro, it, { note: 'x' }).text, record('schema')),
    ask(
      'a vouch that does not say whether it ends',
      'vouch',
      vouchRecord(ro, it, { ended: undefined }).text,
      record('schema'),
    ),
    ask('a proof with a blank', 'proof', spaced(proof), record('text')),
    ask(
      'a proof with its members in another order',
      'proof',
      JSON.stringify({ v: 1, node: ro.id, kind: 'contact', first: one, second: other }),
      record('text'),
    ),
    ask(
      'a proof with the greater digest first',
      'proof',
      canonical({ v: 1, node: ro.id, kind: 'contact', first: other, second: one }),
      record('order'),
    ),
    ask(
      'a proof of one object',
      'proof',
      canonical({ v: 1, node: ro.id, kind: 'contact', first: one, second: one }),
      record('order'),
    ),
    ask(
      'a proof of another kind',
      'proof',
      canonical({ v: 1, node: ro.id, kind: 'event', first: one, second: other }),
      record('schema'),
    ),
    ask('a proof that is no JSON', 'proof', one, record('schema')),
  ]
}

function sets({ ro, it, de }: Cast): readonly Vector[] {
  const nodes = [ro, it, de]
  const chains = nodes.map(({ document }) => chainRecord(document.statements))
  const many = nodes.flatMap((node) =>
    Array.from({ length: 8 }, (_none, at) => {
      const contact = at === 7 ? tombstoneOf(node, `ended ${node.id}`) : contactOf(node, `contact ${at} ${node.id}`)
      return { kind: 'contact' as const, text: signMessage(node.signing, contactTyp, contact) }
    }),
  )
  const near = twoInOneBucket(ro)
  const vouches = [vouchRecord(ro, it), vouchRecord(it, ro), vouchRecord(de, ro, { ended: true })]
  const proof: SpreadRecord = { kind: 'proof', text: proofText(ro.id, 'contact', ...twoContacts(ro)) }
  return [
    ask('no record', []),
    ask('one record', chains.slice(0, 1)),
    ask('three chains', chains),
    ask('two records in one bucket', near),
    ask('the same two, one of them newer', [near[0], newer(ro, near[1])]),
    ask('of each kind', [...chains, ...many, ...vouches, proof]),
  ]
}

function ask(comment: string, list: readonly SpreadRecord[]): Vector {
  const digests = bucketDigests(list)
  const empty = sha256('')
  const filled = digests.flatMap((digest, at) => {
    const text = digest.toString('base64url')
    return text === empty ? [] : [[String(at), text] as const]
  })
  return accepts(
    comment,
    { of: 'set', records: list },
    {
      root: sha256(Buffer.concat(digests)),
      digests: Object.fromEntries(filled),
      buckets: Buffer.concat(digests.map((digest) => digest.subarray(0, 8))).toString('base64url'),
    },
  )
}

function twoInOneBucket(ro: CastNode): readonly [SpreadRecord, SpreadRecord] {
  const bucketOf = (label: string): number | undefined => keyOf('contact', ro.id, uuidOf(label))[0]
  for (let at = 0; ; at += 1) {
    if (bucketOf(`near ${at}`) !== bucketOf('near')) continue
    return [contactRecord(ro, contactOf(ro, 'near')), contactRecord(ro, contactOf(ro, `near ${at}`))]
  }
}

function newer(ro: CastNode, { text }: SpreadRecord): SpreadRecord {
  const contact = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as Json
  return contactRecord(ro, { ...contact, seq: Number(contact['seq']) + 1 })
}
