import { now, type CastNode, type Json } from '../cast.js'
import { sha256, signCompact, signMessage } from '../raw-jose.js'
import { accepts, refuses, type Refused, type Vector } from '../vector-file.js'
import { approve, changeIdentity, followStatement, hashOf, laterIdentity } from './statement-chain.js'

/** Vectors of statements.json about the approval of a change by the old identity key. */
export function approvalVectors(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [then, after] = laterIdentity
  const change = { identityKey: ro.next.x, nextKeyHash: hashOf(then) }
  const seq = Number(ro.statement['seq'])
  const ok = { node: ro.id, signing: [ro.signing.kid], counts: [true], arrives: [true] }
  const approved = changeIdentity(ro, first, { to: ro.next, then, old: ro.identity })
  const unapproved = changeIdentity(ro, first, { to: ro.next, then })
  const twice = changeIdentity(ro, approved, { to: then, then: after, old: ro.next })
  return [
    accepts(
      'a change with the approval of the old key',
      { statements: [first, approved], at: [now] },
      { ...ok, identityKey: ro.next.x, seq: seq + 1 },
    ),
    accepts(
      'two changes, each approved by the key that ends',
      { statements: [first, approved, twice], at: [now] },
      { ...ok, identityKey: then.x, seq: seq + 2 },
    ),
    accepts(
      'a change without approval is a good chain: when it counts is another question',
      { statements: [first, unapproved], at: [now] },
      { ...ok, identityKey: ro.next.x, seq: seq + 1 },
    ),
    ...wrongApprovals(ro, first, change),
    refuses(
      'an approval by the key that ended before',
      { statements: [first, approved, changeIdentity(ro, approved, { to: then, then: after, old: ro.identity })] },
      wrong('approval'),
    ),
    refuses(
      'an approval in a statement that changes nothing',
      {
        statements: [
          first,
          followStatement(ro.identity, first, { approval: approve(ro.identity, ro.id, first, change) }),
        ],
      },
      wrong('approval'),
    ),
    refuses(
      'the approval is repeated in the statement after the change',
      {
        statements: [
          first,
          approved,
          followStatement(ro.next, approved, { approval: approve(ro.identity, ro.id, first, change) }),
        ],
      },
      wrong('approval'),
    ),
    refuses(
      'an approval in the first statement',
      {
        statements: [
          signMessage(ro.identity, 'trm-keys+jwt', {
            ...ro.statement,
            approval: approve(ro.identity, ro.id, first, ro.statement),
          }),
        ],
      },
      wrong('approval'),
    ),
  ]
}

const wrong = (member: string): Refused => ({ code: 'statement-invalid', member })

/** Approvals of this change that are none: an approval that does not fit spoils the whole chain. */
function wrongApprovals(ro: CastNode, first: string, change: Json): readonly Vector[] {
  const approval = { v: 1, node: ro.id, prev: sha256(first), ...change, iat: now }
  const header = { alg: 'EdDSA', kid: ro.identity.kid, typ: 'trm-rotation+jwt' }
  const by = (members: Json): string => signMessage(ro.identity, 'trm-rotation+jwt', { ...approval, ...members })
  const cases: readonly (readonly [string, string, string])[] = [
    ['approval', 'approved by the new key', signMessage(ro.next, 'trm-rotation+jwt', approval)],
    ['approval', 'approved by the signing key', signMessage(ro.signing, 'trm-rotation+jwt', approval)],
    ['approval', 'approved by another key under the kid of the old one', signCompact(ro.next, header, approval)],
    [
      'approval',
      'approved by the old key under the kid of the new one',
      signCompact(ro.identity, { ...header, kid: ro.next.kid }, approval),
    ],
    ['approval', 'of another node', by({ node: sha256('another node') })],
    ['approval', 'after another statement', by({ prev: sha256('another statement') })],
    ['approval', 'of another new key', by({ identityKey: ro.signing.x })],
    ['approval', 'of another key after it', by({ nextKeyHash: sha256('another key') })],
    ['approval', 'a member too many', by({ seq: 1 })],
    ['approval', 'another protocol version', by({ v: 2 })],
    ['jws', 'typ of a key statement', signMessage(ro.identity, 'trm-keys+jwt', approval)],
    [
      'jws',
      'a member twice',
      signMessage(ro.identity, 'trm-rotation+jwt', JSON.stringify(approval).replace('{', '{"v":1,')),
    ],
  ]
  return cases.map(([member, comment, text]) =>
    refuses(
      `approval: ${comment}`,
      { statements: [first, followStatement(ro.next, first, { ...change, approval: text })] },
      wrong(member),
    ),
  )
}
