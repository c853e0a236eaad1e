import { canonical, now, type Cast, type CastNode, type Json } from '../cast.js'
import { signCompact, signMessage, type RawKey } from '../raw-jose.js'
import { accepts, refuses, type Vector } from '../vector-file.js'
import { contactOf, contactTyp, tombstoneOf } from './contact-record.js'
import { inOrder, proofText, vouchOf } from './directory-record.js'
import { approve, changeIdentity, followStatement, hashOf, laterIdentity } from './statement-chain.js'

/** Vectors of directory.json about proofs (PROTOCOL 1.8). */
export function proofVectors(cast: Cast): readonly Vector[] {
  return [...ofRecords(cast), ...ofKeys(cast), ...ofStatements(cast.ro)]
}

const ask = (text: string, statements: readonly string[]): Json => ({ of: 'proof', text, statements })

function good(
  comment: string,
  node: CastNode,
  kind: string,
  pair: readonly [string, string],
  chain = node.document.statements,
): Vector {
  return accepts(`proof: ${comment}`, ask(proofText(node.id, kind, ...pair), chain), { node: node.id, kind })
}

function bad(
  comment: string,
  node: CastNode,
  [kind, pair]: readonly [string, readonly [string, string]],
  member: string,
  chain = node.document.statements,
): Vector {
  const expect = member === 'jws' ? { code: 'record-invalid' } : { code: 'record-invalid', member }
  return refuses(`proof: ${comment}`, ask(proofText(node.id, kind, ...pair), chain), expect)
}

const contact = (key: RawKey, payload: Json): string => signMessage(key, contactTyp, payload)
const vouch = (key: RawKey, payload: Json): string => signMessage(key, 'trm-vouch+jwt', payload)
const card = (key: RawKey, payload: Json): string => signMessage(key, 'trm-card+jwt', payload)

function ofRecords({ ro, it, de }: Cast): readonly Vector[] {
  const record = contactOf(ro)
  const one = contact(ro.signing, record)
  const seq = Number(record['seq'])
  const other = (change: Json): readonly [string, string] => [one, contact(ro.signing, { ...record, ...change })]
  const word = vouch(ro.signing, vouchOf(ro, it))
  const cards = (change: Json): readonly [string, string] => [
    ro.document.card,
    card(ro.signing, { ...ro.card, ...change }),
  ]
  const text = proofText(ro.id, 'contact', ...other({ country: 'MD' }))
  return [
    good('two contact records of one sequence', ro, 'contact', other({ country: 'MD' })),
    good('a contact record and its tombstone of one sequence', ro, 'contact', [
      one,
      contact(ro.signing, tombstoneOf(ro)),
    ]),
    good('two that differ in time only', ro, 'contact', other({ iat: now - 7200 })),
    good('two vouches of one sequence', ro, 'vouch', [word, vouch(ro.signing, vouchOf(ro, it, { ended: true }))]),
    good('two cards of one sequence', ro, 'card', cards({ label: 'Another label' })),
    good('two cards that ended', ro, 'card', cards({ exp: now - 60 })),
    bad('two sequences', ro, ['contact', other({ seq: seq + 1 })], 'seq'),
    bad('two contact records', ro, ['contact', [one, contact(ro.signing, contactOf(ro, 'another'))]], 'seq'),
    bad('vouches for two nodes', ro, ['vouch', [word, vouch(ro.signing, vouchOf(ro, de))]], 'seq'),
    bad('two cards of two sequences', ro, ['card', cards({ seq: now })], 'seq'),
    bad('contact records as vouches', ro, ['vouch', other({ country: 'MD' })], 'jws'),
    bad('a card and a contact record', ro, ['card', [ro.document.card, one]], 'jws'),
    bad('two contact records of another node', ro, ['contact', twoOf(it)], 'node'),
    refuses('proof: against another node', ask(proofText(ro.id, 'contact', ...twoOf(it)), it.document.statements), {
      code: 'record-invalid',
      member: 'node',
    }),
    refuses('proof: with the chain of another node', ask(text, it.document.statements), {
      code: 'record-invalid',
      member: 'node',
    }),
    refuses(
      'proof: a member too many',
      ask(canonical({ ...(JSON.parse(text) as Json), note: 'x' }), ro.document.statements),
      { code: 'record-invalid', member: 'schema' },
    ),
  ]
}

function twoOf(node: CastNode): readonly [string, string] {
  return [contact(node.signing, contactOf(node)), contact(node.signing, { ...contactOf(node), country: 'MD' })]
}

function ofKeys({ ro, it }: Cast): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [life] = ro.statement['signing'] as readonly Json[]
  const revoked = (revocation: Json): readonly string[] => [
    first,
    followStatement(ro.identity, first, { signing: [{ ...life, revoked: revocation }] }),
  ]
  const [one, other] = twoOf(ro)
  const pair: readonly [string, string] = [one, other]
  const header = { alg: 'EdDSA', kid: ro.signing.kid, typ: contactTyp }
  const forged = signCompact(it.signing, header, { ...contactOf(ro), country: 'MD' })
  const foreign = contact(it.signing, { ...contactOf(ro), country: 'MD' })
  const stolen = { at: now, reason: 'compromised' }
  return [
    good('a key that was superseded since', ro, 'contact', pair, revoked({ at: now - 60, reason: 'superseded' })),
    bad(
      'a key that was stolen since: its thief writes any time',
      ro,
      ['contact', pair],
      'kid',
      revoked({ ...stolen, compromisedSince: now - 60 }),
    ),
    bad('a key that was given up since', ro, ['contact', pair], 'kid', revoked({ at: now, reason: 'ceased' })),
    bad(
      'both signed after the key was stolen',
      ro,
      ['contact', pair],
      'kid',
      revoked({ ...stolen, compromisedSince: now - 3600 }),
    ),
    bad(
      'one signed after the key was stolen',
      ro,
      ['contact', [one, contact(ro.signing, { ...contactOf(ro), iat: now - 3000 })]],
      'kid',
      revoked({ ...stolen, compromisedSince: now - 3100 }),
    ),
    bad('one signed by another node', ro, ['contact', [one, foreign]], 'kid'),
    bad('one signed by another node under the kid of this one', ro, ['contact', [one, forged]], 'signature'),
  ]
}

function ofStatements(ro: CastNode): readonly Vector[] {
  const [first = ''] = ro.document.statements
  const [later, latest] = laterIdentity
  const second = followStatement(ro.identity, first)
  const fork = followStatement(ro.identity, first, { iat: now - 1 })
  const otherFirst = signMessage(ro.identity, 'trm-keys+jwt', { ...ro.statement, iat: now - 1 })
  const change = (before: string, then: RawKey, old?: RawKey, more: Json = {}): string =>
    changeIdentity(ro, before, { to: ro.next, then, more, ...(old === undefined ? {} : { old }) })
  const here = change(first, later, ro.identity)
  const thief = laterIdentity[2]
  const claimed = { identityKey: ro.next.x, nextKeyHash: hashOf(latest) }
  const badApproval = followStatement(ro.next, first, { ...claimed, approval: approve(thief, ro.id, first, claimed) })
  const foreignApproval = followStatement(ro.next, first, {
    ...claimed,
    approval: approve(ro.identity, ro.id, first, claimed, { prev: hashOf(thief) }),
  })
  const alone = change(first, later)
  const aloneAgain = change(first, later, undefined, { iat: now - 1 })
  const twoOfNext = (before: string, more: Json = {}): readonly [string, string] => [
    followStatement(ro.next, before, more),
    followStatement(ro.next, before, { ...more, iat: now - 1 }),
  ]
  const ofNext = twoOfNext(first, { identityKey: ro.next.x })
  const nowhere = twoOfNext(first, { identityKey: ro.next.x, nextKeyHash: hashOf(later), prev: hashOf(thief) })
  const toItself = { identityKey: ro.identity.x, nextKeyHash: hashOf(later) }
  const ofItself = followStatement(ro.identity, first, {
    ...toItself,
    approval: approve(ro.identity, ro.id, first, toItself),
  })
  const chain = [first, second]
  const statements = (one: string, other: string): readonly [string, readonly [string, string]] => [
    'statement',
    [one, other],
  ]
  return [
    good('two statements after one', ro, 'statement', [second, fork], chain),
    good('by the chain that has neither', ro, 'statement', [second, fork], [first]),
    good('two first statements', ro, 'statement', [first, otherFirst], chain),
    good(
      'two approved changes after one statement',
      ro,
      'statement',
      [here, change(first, latest, ro.identity)],
      [first, here],
    ),
    good(
      'two approved changes at two places',
      ro,
      'statement',
      [here, change(second, later, ro.identity)],
      [first, here],
    ),
    good(
      'one approved change in two statements',
      ro,
      'statement',
      [here, change(first, later, ro.identity, { iat: now - 1 })],
      [first, here],
    ),
    good('two statements of the new key after an approved change', ro, 'statement', twoOfNext(here), [first, here]),
    good('two statements of the old key before that change', ro, 'statement', [second, fork], [first, here]),
    bad(
      'two changes without approval after one statement',
      ro,
      statements(change(first, later), change(first, latest)),
      'second',
      [first, change(first, later)],
    ),
    bad('two statements around one change without approval', ro, statements(alone, aloneAgain), 'second', [first]),
    bad('two changes without approval after no statement', ro, statements(nowhere[0], nowhere[1]), 'second', [first]),
    bad('two statements after a change without approval that waits', ro, statements(...twoOfNext(alone)), 'second', [
      first,
    ]),
    bad('two statements of the next key after one of the old key', ro, statements(...ofNext), 'second', [first]),
    bad('an approval of the old key for itself', ro, statements(here, ofItself), 'identityKey', [first, here]),
    bad('two statements of one chain', ro, statements(first, second), 'second', chain),
    bad(
      'a statement and a change that its key did not approve',
      ro,
      statements(second, change(first, later)),
      'second',
      chain,
    ),
    bad('a statement and an approved change', ro, statements(second, here), 'second', chain),
    bad('an approved change and one without approval', ro, statements(here, change(first, latest)), 'second', [
      first,
      here,
    ]),
    bad(
      'statements after two statements',
      ro,
      statements(followStatement(ro.identity, second), followStatement(ro.identity, fork)),
      'second',
      chain,
    ),
    bad(
      'a key that nobody committed to',
      ro,
      statements(second, followStatement(thief, first, { identityKey: thief.x })),
      'identityKey',
      chain,
    ),
    bad(
      'signed with the signing key',
      ro,
      statements(second, signMessage(ro.signing, 'trm-keys+jwt', { ...ro.statement, iat: now })),
      'signature',
      chain,
    ),
    bad('an approval of a key that never reigned', ro, statements(here, badApproval), 'approval', chain),
    refuses('proof: an approval of another change', ask(proofText(ro.id, 'statement', here, foreignApproval), chain), {
      code: 'statement-invalid',
      member: 'approval',
    }),
    refuses(
      'proof: the greater digest first',
      ask(
        canonical({
          v: 1,
          node: ro.id,
          kind: 'statement',
          first: inOrder(second, fork)[1],
          second: inOrder(second, fork)[0],
        }),
        chain,
      ),
      { code: 'record-invalid', member: 'order' },
    ),
  ]
}
