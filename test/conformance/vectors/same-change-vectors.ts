import type { CastNode, Json } from '../cast.js'
import { sha256, type RawKey } from '../raw-jose.js'
import type { Vector } from '../vector-file.js'
import { changeDigest, firstOf, merge, more, otherwise, smaller } from './merged-chains.js'
import { changeIdentity, laterIdentity } from './statement-chain.js'

/** Vectors of chains.json in which both chains make one change, and those with more than two chains. */
export function sameChangeVectors(ro: CastNode): readonly Vector[] {
  return [...sameChange(ro), ...manyChains(ro)]
}

const [later, latest, last] = laterIdentity

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
    // What the new key alone can make is no contradiction.
    const named = old === undefined ? undefined : ([low, high] as const)
    const inOrder = changeDigest(leaves) < changeDigest(leavesToo)
    return [
      merge(
        `one change, ${comment}, two statements: the smaller digest stays`,
        [
          [first, high],
          [first, low],
        ],
        [low],
        named,
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
        named,
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
