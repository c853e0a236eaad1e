import { canonical, now, type Cast, type CastNode, type Json } from '../cast.js'
import { sha256, signMessage, type RawKey } from '../raw-jose.js'
import { accepts, type Vector, type VectorFile } from '../vector-file.js'
import { changeIdentity, followStatement, laterIdentity, statementIn } from './statement-chain.js'
import { waitingVectors } from './waiting-vectors.js'

/** chains.json */
export function chainVectors({ ro }: Cast): VectorFile {
  return {
    description:
      'Verified chains of key statements of one node (PROTOCOL 1.4). `of` says what is asked. merge: which of the `chains` stays, in whatever order they meet; ok: `head`, the digest of its last statement, and of two chains `equivocation`: the digests of the two statements that exclude each other, the smaller one first, null if none do. waiting: what a reader goes by at `at` (seconds) that first saw the statements with these digests when `seenAt` says, and the others just now; ok: digests of the last statement that counts and of the one that waits, null if none does.',
    vectors: [
      ...beginnings(ro),
      ...oneApproved(ro),
      ...bothApproved(ro),
      ...neitherApproved(ro),
      ...sameChange(ro),
      ...manyChains(ro),
      ...waitingVectors(ro),
    ],
  }
}

type Chain = readonly string[]

const [later, latest, last] = laterIdentity

function merge(comment: string, chains: readonly Chain[], stays: Chain, pair?: readonly [string, string]): Vector {
  const head = sha256(stays.at(-1) ?? '')
  const ok =
    chains.length > 2 ? {} : { equivocation: pair === undefined ? null : pair.map((text) => sha256(text)).sort() }
  return accepts(comment, { of: 'merge', chains }, { head, ...ok })
}

const firstOf = (ro: CastNode): string => ro.document.statements[0] ?? ''

/** `count` statements of one identity key after `before`. */
function more(key: RawKey, before: string, count: number, change: Json = {}): Chain {
  const chain: string[] = []
  for (let at = 0; at < count; at += 1) chain.push(followStatement(key, chain.at(-1) ?? before, change))
  return chain
}

/** A second text that says another thing at another time, so that digests differ. */
const otherwise = { iat: now - 1 }

function beginnings(ro: CastNode): readonly Vector[] {
  const first = firstOf(ro)
  const longer = [first, ...more(ro.identity, first, 2)]
  const changed = [first, changeIdentity(ro, first, { to: ro.next, then: later })]
  return [
    merge('the same chain twice', [longer, longer], longer),
    merge('one is the beginning of the other', [longer, [first]], longer),
    merge('the longer one changes the identity key without approval', [[first], changed], changed),
  ]
}

function oneApproved(ro: CastNode): readonly Vector[] {
  const first = firstOf(ro)
  const approved = [first, changeIdentity(ro, first, { to: ro.next, then: later, old: ro.identity })]
  const unapproved = [first, changeIdentity(ro, first, { to: ro.next, then: latest, more: otherwise })]
  const [second = ''] = more(ro.identity, first, 1)
  const lateApproved = [first, second, changeIdentity(ro, second, { to: ro.next, then: later, old: ro.identity })]
  const fork = [first, ...smaller(second, (change) => more(ro.identity, first, 5, change))]
  const lateUnapproved = [first, second, changeIdentity(ro, second, { to: ro.next, then: later })]
  const otherFirst = smaller(first, (change) => {
    const text = signMessage(ro.identity, 'trm-keys+jwt', { ...ro.statement, ...change })
    return [text, ...more(ro.identity, text, 3)]
  })
  const unapprovedThenApproved = [
    ...unapproved,
    changeIdentity(ro, unapproved[1] ?? '', { to: latest, then: last, old: ro.next }),
  ]
  return [
    merge(
      'an approved change against statements of the old key',
      [approved, [first, ...more(ro.identity, first, 9)]],
      approved,
    ),
    merge('an approved change against one without approval', [approved, unapproved], approved),
    merge(
      'an approved change against one without approval, the same but for that',
      [approved, [first, changeIdentity(ro, first, { to: ro.next, then: later, more: otherwise })]],
      approved,
    ),
    merge(
      'the approved change stands after the place where they part, where it has the greater digest',
      [lateApproved, fork],
      lateApproved,
    ),
    merge('an approved change against another first statement with a smaller digest', [approved, otherFirst], approved),
    merge(
      'an approved change of the key that came without approval is none of the old key',
      [unapprovedThenApproved, approved],
      approved,
    ),
    merge(
      'an approved change of the key that came without approval, against a statement of the old key',
      [unapprovedThenApproved, [first, second]],
      [first, second],
    ),
    merge('an approved change at one place, one without approval later', [approved, lateUnapproved], approved),
  ]
}

/** Of several texts that could stand there the first one whose digest is smaller than that of `text`. */
function smaller(text: string, make: (change: Json) => Chain): Chain {
  return findChain(make, ([one = '']) => sha256(one) < sha256(text))
}

function findChain(make: (change: Json) => Chain, isRight: (chain: Chain) => boolean): Chain {
  for (let iat = now - 1; iat > now - 1000; iat -= 1) {
    const chain = make({ iat })
    if (isRight(chain)) return chain
  }
  throw new Error('no such chain')
}

/** Names a change of the identity key. */
function changeDigest(text: string): string {
  const { node, prev, identityKey, nextKeyHash } = statementIn(text)
  return sha256(canonical({ node, prev, identityKey, nextKeyHash }))
}

function bothApproved(ro: CastNode): readonly Vector[] {
  const first = firstOf(ro)
  const [second = ''] = more(ro.identity, first, 1)
  const change = (before: string, then: RawKey, members: Json = {}): string =>
    changeIdentity(ro, before, { to: ro.next, then, old: ro.identity, more: members })
  const compare = (comment: string, one: Chain, other: Chain, pair: readonly [string, string]): Vector => {
    const [left, right] = pair.map(changeDigest) as [string, string]
    return merge(comment, [one, other], left < right ? one : other, pair)
  }
  const here = change(first, later)
  const late = change(second, later)
  // The order of the statements is the other one than that of the changes.
  const against = (then: RawKey): Chain =>
    findChain(
      (members) => [change(first, then, members)],
      ([text = '']) => sha256(text) < sha256(here) !== changeDigest(text) < changeDigest(here),
    )
  const [there = ''] = against(latest)
  const [elsewhere = ''] = against(last)
  return [
    compare(
      'two approved changes after one statement: the change decides, not its statement',
      [first, here],
      [first, there],
      [here, there],
    ),
    compare('another pair', [first, here], [first, elsewhere], [here, elsewhere]),
    compare('two approved changes at different places', [first, here], [first, second, late], [here, late]),
    compare('however long the chains are', [first, here, ...more(ro.next, here, 4)], [first, there], [here, there]),
  ]
}

function neitherApproved(ro: CastNode): readonly Vector[] {
  const first = firstOf(ro)
  const [second = ''] = more(ro.identity, first, 1)
  const [fork = ''] = more(ro.identity, first, 1, otherwise)
  const otherFirst = signMessage(ro.identity, 'trm-keys+jwt', { ...ro.statement, ...otherwise })
  const smallerDigest = (one: string, other: string): string => (sha256(one) < sha256(other) ? one : other)
  const change = (then: RawKey, members: Json = {}): string =>
    changeIdentity(ro, first, { to: ro.next, then, more: members })
  const one = change(later)
  const [other = ''] = findChain(
    (members) => [change(latest, members)],
    ([text = '']) => sha256(text) < sha256(one) !== changeDigest(text) < changeDigest(one),
  )
  const winner = smallerDigest(second, fork)
  const loser = winner === second ? fork : second
  return [
    merge(
      'two statements of one key after one statement: the smaller digest stays',
      [
        [first, second],
        [first, fork],
      ],
      [first, winner],
      [second, fork],
    ),
    merge(
      'although the other chain is longer',
      [
        [first, winner],
        [first, loser, ...more(ro.identity, loser, 5)],
      ],
      [first, winner],
      [second, fork],
    ),
    merge('two first statements', [[first], [otherFirst]], [smallerDigest(first, otherFirst)], [first, otherFirst]),
    merge(
      'a statement of the reigning key against a change without approval',
      [
        [first, second],
        [first, one],
      ],
      [first, second],
    ),
    merge(
      'however long the chain with the change is',
      [
        [first, one, ...more(ro.next, one, 9)],
        [first, second],
      ],
      [first, second],
    ),
    merge(
      'two changes without approval: the change decides, not its statement',
      [
        [first, one],
        [first, other],
      ],
      changeDigest(one) < changeDigest(other) ? [first, one] : [first, other],
      [one, other],
    ),
    merge(
      'they part under the old key, and one changes the identity key later without approval: the digests decide',
      [
        [first, second, changeIdentity(ro, second, { to: ro.next, then: later })],
        [first, fork],
      ],
      winner === second ? [changeIdentity(ro, second, { to: ro.next, then: later })] : [fork],
      [second, fork],
    ),
  ]
}

function sameChange(ro: CastNode): readonly Vector[] {
  const first = firstOf(ro)
  const cases: readonly (readonly [string, RawKey | undefined])[] = [
    ['approved', ro.identity],
    ['without approval', undefined],
  ]
  return cases.flatMap(([comment, old]) => {
    const make = (members: Json): string =>
      changeIdentity(ro, first, { to: ro.next, then: later, more: members, ...(old === undefined ? {} : { old }) })
    const [one, other] = [make({}), make(otherwise)]
    const [low, high] = sha256(one) < sha256(other) ? [one, other] : [other, one]
    const leaves = changeIdentity(ro, high, { to: later, then: latest, old: ro.next })
    const leavesAlone = changeIdentity(ro, high, { to: later, then: latest })
    const leavesToo = changeIdentity(ro, low, { to: later, then: last, old: ro.next })
    const inOrder = changeDigest(leaves) < changeDigest(leavesToo)
    return [
      merge(
        `one change, ${comment}, two statements: the smaller digest stays`,
        [
          [first, high],
          [first, low],
        ],
        [low],
        [low, high],
      ),
      merge(
        `one change, ${comment}; an approved change of the new key decides`,
        [
          [first, high, leaves],
          [first, low],
        ],
        [leaves],
      ),
      merge(
        `one change, ${comment}; one of the new key without approval does not`,
        [
          [first, high, leavesAlone],
          [first, low],
        ],
        [low],
        [low, high],
      ),
      merge(
        `one change, ${comment}; two approved changes of the new key`,
        [
          [first, high, leaves],
          [first, low, leavesToo],
        ],
        inOrder ? [leaves] : [leavesToo],
        [leaves, leavesToo],
      ),
    ]
  })
}

/** What is decided pair by pair comes to the same in any order. */
function manyChains(ro: CastNode): readonly Vector[] {
  const first = firstOf(ro)
  const [second = ''] = more(ro.identity, first, 1)
  const fork = [first, ...smaller(second, (change) => more(ro.identity, first, 2, change))]
  const unapproved = [first, changeIdentity(ro, first, { to: ro.next, then: later })]
  const approved = changeIdentity(ro, second, { to: ro.next, then: later, old: ro.identity })
  const again = changeIdentity(ro, second, { to: ro.next, then: later, old: ro.identity, more: { witness: later.x } })
  const [low, high] = sha256(approved) < sha256(again) ? [approved, again] : [again, approved]
  const next = changeIdentity(ro, high, { to: later, then: latest, old: ro.next })
  return [
    merge('the owner, a fork, a change without approval', [[first, second], fork, unapproved], fork),
    merge(
      'the same with the approved change of the owner',
      [[first, second, approved], fork, unapproved, [first]],
      [approved],
    ),
    merge(
      'a thief of the new key repeats the approval, and the owner changes again',
      [[first, second, low], [first, second, high, next], fork, unapproved],
      [next],
    ),
    merge(
      'the commitment of the node is the same in all of them',
      [[first], [first, second], [first, second, low]],
      [low],
    ),
  ]
}
