import type { Cast, CastNode, Json } from '../cast.js'
import { sha256, signMessage, type RawKey } from '../raw-jose.js'
import type { Vector, VectorFile } from '../vector-file.js'
import { changeDigest, findChain, firstOf, merge, more, otherwise, smaller, type Chain } from './merged-chains.js'
import { sameChangeVectors } from './same-change-vectors.js'
import { changeIdentity, laterIdentity } from './statement-chain.js'
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
      ...sameChangeVectors(ro),
      ...waitingVectors(ro),
    ],
  }
}

const [later, latest, last] = laterIdentity

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
      'two changes without approval: the change decides, not its statement, and nothing is proven',
      [
        [first, one],
        [first, other],
      ],
      changeDigest(one) < changeDigest(other) ? [first, one] : [first, other],
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
