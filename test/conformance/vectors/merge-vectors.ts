import { canonical, now, type Cast, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage } from '../raw-jose.js'
import { accepts, type Vector } from '../vector-file.js'
import { contactOf, tombstoneOf } from './contact-record.js'
import { chainRecord, contactRecord, inOrder, proofText, vouchRecord, type SpreadRecord } from './directory-record.js'
import { changeIdentity, followStatement, laterIdentity, statementIn } from './statement-chain.js'

/** Vectors of directory.json about two records of one name. */
export function mergeVectors(cast: Cast): readonly Vector[] {
  return [...contacts(cast.ro), ...vouches(cast), ...proofs(cast.ro), ...chains(cast.ro)]
}

function merge(
  comment: string,
  [one, other]: readonly [SpreadRecord, SpreadRecord],
  stays: SpreadRecord,
  proof: string | null = null,
): Vector {
  return accepts(
    `merge: ${comment}`,
    { of: 'merge', kind: one.kind, one: one.text, other: other.text },
    { stays: sha256(stays.text), proof },
  )
}

/** Two records of one sequence: the smaller digest stays. */
function contradict(comment: string, node: CastNode, one: SpreadRecord, other: SpreadRecord): Vector {
  const [smaller] = inOrder(one.text, other.text)
  const proof = proofText(node.id, one.kind, one.text, other.text)
  return merge(comment, [one, other], smaller === one.text ? one : other, proof)
}

function isSmallerAsBytes(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(sha256(one), 'base64url'), Buffer.from(sha256(other), 'base64url')) < 0
}

/** The first record that sorts the other way by the bytes of its digest than by their text. */
function otherOrder(one: SpreadRecord, make: (at: number) => SpreadRecord): SpreadRecord {
  for (let at = 0; ; at += 1) {
    const other = make(at)
    if (sha256(one.text) < sha256(other.text) !== isSmallerAsBytes(one.text, other.text)) return other
  }
}

function contacts(ro: CastNode): readonly Vector[] {
  const record = contactOf(ro)
  const seq = Number(record['seq'])
  const make = (change: Json): SpreadRecord => contactRecord(ro, { ...record, ...change })
  const one = make({})
  const ended = contactRecord(ro, { ...tombstoneOf(ro), seq: seq + 1 })
  const odd = otherOrder(one, (at) => make({ iat: now - 3600 - at, country: 'MD' }))
  return [
    merge('a contact record with itself', [one, one], one),
    merge('the higher sequence', [one, make({ seq: seq + 1 })], make({ seq: seq + 1 })),
    merge(
      'the higher sequence, signed before',
      [make({ seq: seq + 1, iat: now - 7200 }), one],
      make({ seq: seq + 1, iat: now - 7200 }),
    ),
    merge('a tombstone with the higher sequence', [one, ended], ended),
    merge(
      'a record with a higher sequence than the tombstone',
      [ended, make({ seq: seq + 2 })],
      make({ seq: seq + 2 }),
    ),
    contradict('two records of one sequence', ro, one, make({ country: 'MD' })),
    contradict('a record and a tombstone of one sequence', ro, one, contactRecord(ro, tombstoneOf(ro))),
    contradict('digests are compared as base64url text, not as bytes', ro, one, odd),
  ]
}

function vouches({ ro, it }: Cast): readonly Vector[] {
  const one = vouchRecord(ro, it)
  const newer = vouchRecord(ro, it, { seq: now, ended: true })
  return [
    merge('the end of a vouch', [one, newer], newer),
    merge('a vouch anew', [newer, vouchRecord(ro, it, { seq: now + 1 })], vouchRecord(ro, it, { seq: now + 1 })),
    contradict('a vouch and its end of one sequence', ro, one, vouchRecord(ro, it, { ended: true })),
  ]
}

function proofs(ro: CastNode): readonly Vector[] {
  const make = (country: string): SpreadRecord => {
    const [one, other] = [contactOf(ro), { ...contactOf(ro), country }].map(
      (contact) => contactRecord(ro, contact).text,
    )
    return { kind: 'proof', text: proofText(ro.id, 'contact', one ?? '', other ?? '') }
  }
  const [one, other] = [make('MD'), make('BG')]
  const cards = [0, 1].map((at) => signMessage(ro.signing, 'trm-card+jwt', { ...ro.card, iat: now - at }))
  const card: SpreadRecord = { kind: 'proof', text: proofText(ro.id, 'card', cards[0] ?? '', cards[1] ?? '') }
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const odd = otherOrder(one, (at) => make(`${letters[Math.floor(at / 26)] ?? ''}${letters[at % 26] ?? ''}`))
  const smaller = (a: SpreadRecord, b: SpreadRecord): SpreadRecord => (inOrder(a.text, b.text)[0] === a.text ? a : b)
  return [
    merge('two proofs: the smaller digest', [one, other], smaller(one, other)),
    merge('two proofs of two kinds', [one, card], smaller(one, card)),
    merge('proofs are compared as base64url text too', [one, odd], smaller(one, odd)),
  ]
}

function chains(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [later, latest] = laterIdentity
  const second = followStatement(ro.identity, first)
  const fork = followStatement(ro.identity, first, { iat: now - 1 })
  const approved = (then: typeof later): string => changeIdentity(ro, first, { to: ro.next, then, old: ro.identity })
  const unapproved = changeIdentity(ro, first, { to: ro.next, then: later })
  const record = (...texts: readonly string[]): SpreadRecord => chainRecord([first, ...texts])
  const [low] = inOrder(second, fork)
  const [one, other] = [approved(later), approved(latest)]
  const changeOf = (text: string): string => {
    const { node, prev, identityKey, nextKeyHash } = statementIn(text)
    return sha256(canonical({ node, prev, identityKey, nextKeyHash }))
  }
  return [
    merge('the longer chain', [record(), record(second)], record(second)),
    merge('a change without approval against a statement', [record(second), record(unapproved)], record(second)),
    merge(
      'an approved change against more statements',
      [record(one), record(second, followStatement(ro.identity, second))],
      record(one),
    ),
    merge(
      'two statements after one',
      [record(second), record(fork)],
      record(low),
      proofText(ro.id, 'statement', second, fork),
    ),
    merge(
      'two approved changes',
      [record(one), record(other)],
      changeOf(one) < changeOf(other) ? record(one) : record(other),
      proofText(ro.id, 'statement', one, other),
    ),
  ]
}
