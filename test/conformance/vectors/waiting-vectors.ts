import { now, type CastNode, type Json } from '../cast.js'
import { sha256 } from '../raw-jose.js'
import { accepts, type Vector } from '../vector-file.js'
import { changeIdentity, followStatement, laterIdentity } from './statement-chain.js'

const wait = 72 * 3600

/** Vectors of chains.json about a change of the identity key without approval. */
export function waitingVectors(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [later, latest] = laterIdentity
  const changed = changeIdentity(ro, first, { to: ro.next, then: later })
  const after = followStatement(ro.next, changed)
  const again = changeIdentity(ro, after, { to: later, then: latest })
  const approved = changeIdentity(ro, first, { to: ro.next, then: later, old: ro.identity })
  const whole = [first, changed, after, again]
  const ask = (
    comment: string,
    chain: readonly string[],
    seenAt: Json,
    [counts, waits]: readonly [string, string | null],
  ): Vector =>
    accepts(
      comment,
      { of: 'waiting', chain, seenAt, at: now },
      { head: sha256(counts), waits: waits === null ? null : sha256(waits) },
    )
  const seen = (text: string, at: number): Json => ({ [sha256(text)]: at })
  return [
    ask('an approved change counts at once', [first, approved], {}, [approved, null]),
    ask('a change without approval, just seen', [first, changed], {}, [first, changed]),
    ask('the last second of the three days', [first, changed], seen(changed, now - wait + 1), [first, changed]),
    ask('three days', [first, changed], seen(changed, now - wait), [changed, null]),
    ask('what follows waits with it', [first, changed, after], seen(after, now - wait), [first, changed]),
    ask('what follows it counts with it', [first, changed, after], seen(changed, now - wait), [after, null]),
    ask('a second change waits for itself', whole, seen(changed, now - wait), [after, again]),
    ask('the first of two changes waits, whatever the second one did', whole, seen(again, now - wait), [
      first,
      changed,
    ]),
    ask('both waited', whole, { ...seen(changed, now - 2 * wait), ...seen(again, now - wait) }, [again, null]),
  ]
}
