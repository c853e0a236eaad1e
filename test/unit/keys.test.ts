import fc from 'fast-check'
import t, { type Test } from 'tap'
import { messageDigest } from '../../src/crypto/signer.js'
import { countingChain, rotationWaitMs } from '../../src/directory/counting-chain.js'
import { countsOnArrival, isInForce, verifyStatements } from '../../src/directory/key-statement.js'
import { mergeChains } from '../../src/directory/merge-chains.js'
import { signApproval } from '../../src/directory/rotation-approval.js'
import { bornAt, changed, extended, firstOf, listed, namedKey, payloadOf } from '../support/chains.js'
import { refusalOf } from '../support/refusal-of.js'

type Chain = readonly string[]

const genesis = firstOf()
const toK1 = { to: 'k1', next: 'k2' } as const

/** Texts of the chain that stays, whichever way the two are merged. */
function merged(t: Test, a: Chain, b: Chain): { chain: Chain; equivocation: readonly string[] } {
  const one = mergeChains(a, b)
  const other = mergeChains(b, a)
  t.strictSame(one, other, 'a merge does not depend on the order')
  const { equivocation } = one
  return { chain: one.chain, equivocation: equivocation === undefined ? [] : [equivocation.first, equivocation.second] }
}

t.test('an approval counts only from the key that ends, for exactly this change', async (t) => {
  const good = changed(genesis, { ...toK1, from: 'k0' })
  t.equal(verifyStatements(good).isLastChangeApproved, true)
  t.strictSame(verifyStatements(good).unapprovedAt, [])
  const alone = changed(genesis, toK1)
  t.equal(verifyStatements(alone).isLastChangeApproved, false)
  t.strictSame(verifyStatements(alone).unapprovedAt, [1])
  t.equal(verifyStatements(genesis).isLastChangeApproved, undefined)

  const { node, identityKey, nextKeyHash } = payloadOf(good[1] ?? '')
  const facts = { node, prev: messageDigest(genesis[0] ?? ''), identityKey, nextKeyHash }
  const k0 = namedKey('k0').signer
  const approvals = {
    'another node': signApproval(k0, { ...facts, node: messageDigest('other') }, bornAt),
    'another statement before': signApproval(k0, { ...facts, prev: messageDigest('other') }, bornAt),
    'another new key': signApproval(k0, { ...facts, identityKey: namedKey('k9').x }, bornAt),
    'another key after it': signApproval(k0, { ...facts, nextKeyHash: messageDigest('other') }, bornAt),
    'the new key approves itself': signApproval(namedKey('k1').signer, facts, bornAt),
    'a stranger approves': signApproval(namedKey('k9').signer, facts, bornAt),
  }
  for (const [name, approval] of Object.entries(approvals)) {
    const chain = changed(genesis, toK1, { approval })
    t.strictSame(
      refusalOf(() => verifyStatements(chain)),
      { code: 'statement-invalid', details: { member: 'approval' } },
      name,
    )
  }
  const [approval = ''] = [payloadOf(good[1] ?? '').approval]
  const stays = extended(genesis, 'k0', { approval })
  t.strictSame(
    refusalOf(() => verifyStatements(stays)),
    { code: 'statement-invalid', details: { member: 'approval' } },
    'nothing changes',
  )
})

t.test('the longer chain wins, and of two that part the one that more keys stand behind', async (t) => {
  const stays = extended(genesis, 'k0', { witness: namedKey('w1').x })
  const alone = changed(genesis, toK1)
  const approved = changed(genesis, { ...toK1, from: 'k0' })
  const approvedLater = changed(stays, { ...toK1, from: 'k0' })
  const forgedLong = extended(extended(extended(genesis, 'k0', { iat: 1 }), 'k0'), 'k0')
  const forgedStart = firstOf({ signing: ['thief'] })
  const table: readonly (readonly [string, Chain, Chain])[] = [
    ['a chain and its beginning', genesis, stays],
    ['one without approval goes on', genesis, alone],
    ['any statement of the reigning key ends a change without approval', alone, stays],
    ['a late one as well', extended(extended(alone, 'k1'), 'k1'), stays],
    ['an approved change ends a change without approval', alone, approved],
    ['an approved change ends what the old key alone signed', forgedLong, approved],
    ['wherever it stands', forgedLong, approvedLater],
    ['even another beginning', extended(forgedStart, 'k0'), approved],
    [
      'an approved change behind one without approval does not help',
      changed(alone, { to: 'k2', next: 'k3', from: 'k1' }),
      stays,
    ],
    ['under the new key the same holds: longer', approved, extended(approved, 'k1')],
    [
      'under the new key the same holds: approved',
      changed(genesis, { ...toK1, from: 'k0' }, { signing: [listed('thief')] }),
      changed(approved, { to: 'k2', next: 'k3', from: 'k1' }),
    ],
  ]
  for (const [name, loser, winner] of table) {
    t.doesNotThrow(() => [verifyStatements(loser), verifyStatements(winner)], name)
    t.strictSame(merged(t, loser, winner), { chain: winner, equivocation: [] }, name)
  }
})

t.test('two statements of equal rank are a contradiction, and both are named', async (t) => {
  const one = extended(genesis, 'k0', { iat: bornAt + 1 })
  const other = extended(genesis, 'k0', { iat: bornAt + 2 })
  const pairs: readonly (readonly [string, Chain, Chain, number])[] = [
    ['of the reigning key', one, extended(other, 'k0'), 1],
    ['two beginnings', firstOf(), firstOf({ signing: ['thief'] }), 0],
    [
      'two approved changes',
      changed(genesis, { ...toK1, from: 'k0' }),
      changed(genesis, { to: 'k1', next: 'k9', from: 'k0' }),
      1,
    ],
    [
      'one approval used twice',
      changed(genesis, { ...toK1, from: 'k0' }),
      changed(genesis, { ...toK1, from: 'k0' }, { iat: 7 }),
      1,
    ],
  ]
  for (const [name, a, b, at] of pairs) {
    const { chain, equivocation } = merged(t, a, b)
    const both = [a[at] ?? '', b[at] ?? ''].sort((x, y) => (messageDigest(x) < messageDigest(y) ? -1 : 1))
    t.strictSame(equivocation, both, name)
    t.ok(chain === a || chain === b, `${name}: one of the two stays`)
  }
})

t.test(
  'the next key alone contradicts nobody: of two changes without approval one stays, and none is named',
  async (t) => {
    const alone = changed(genesis, toK1)
    const pairs: readonly (readonly [string, Chain, Chain])[] = [
      ['two changes', alone, changed(genesis, { to: 'k1', next: 'k9' })],
      ['one change in two statements', alone, changed(genesis, toK1, { iat: 7 })],
      ['and what follows them', extended(alone, 'k1'), extended(changed(genesis, { to: 'k1', next: 'k9' }), 'k1')],
    ]
    for (const [name, a, b] of pairs) {
      const { chain, equivocation } = merged(t, a, b)
      t.strictSame(equivocation, [], name)
      t.ok(chain === a || chain === b, `${name}: one of the two stays`)
    }
  },
)

/** Grows a tree of verified chains of one node; each step extends one that is there. */
const forest = fc
  .array(fc.record({ from: fc.nat(), step: fc.constantFrom('stay', 'alone', 'approved'), salt: fc.nat({ max: 2 }) }), {
    minLength: 3,
    maxLength: 14,
  })
  .map((steps) => {
    const chains: { readonly chain: Chain; readonly era: number }[] = [
      { chain: genesis, era: 0 },
      { chain: firstOf({ witness: 'w1' }), era: 0 },
    ]
    for (const { from, step, salt } of steps) {
      const base = chains[from % chains.length]
      if (base === undefined || base.chain.length > 6) continue
      const { chain, era } = base
      const [now, to, next] = [`k${era}`, `k${era + 1}`, `k${era + 2}`]
      const iat = bornAt + salt
      if (step === 'stay') chains.push({ chain: extended(chain, now, { iat }), era })
      else
        chains.push({
          chain: changed(chain, { to, next, ...(step === 'approved' ? { from: now } : {}) }, { iat }),
          era: era + 1,
        })
    }
    return chains.map(({ chain }) => chain)
  })

t.test('merging is commutative, associative and idempotent, and never makes a chain up', async (t) => {
  const merge = (a: Chain, b: Chain): Chain => mergeChains(a, b).chain
  fc.assert(
    fc.property(forest, fc.infiniteStream(fc.nat()), (chains, picks) => {
      for (let round = 0; round < 12; round += 1) {
        const [a = genesis, b = genesis, c = genesis] = [...picks.take(3)].map((pick) => chains[pick % chains.length])
        const all = merge(merge(a, b), c)
        if (merge(a, a) !== a || merge(a, b).join() !== merge(b, a).join()) return false
        if (all.join() !== merge(a, merge(b, c)).join() || merge(all, b).join() !== all.join()) return false
        if (![a, b, c].some((chain) => chain.join() === all.join())) return false
        verifyStatements(all)
      }
      return true
    }),
    { seed: 20_261_122, numRuns: 25 },
  )
  t.pass('held for every triple')
})

t.test('what a revoked key signed counts by the reason, and on arrival never after a theft', async (t) => {
  const at = bornAt + 1000
  const since = bornAt + 500
  const keyOf = (revoked: Parameters<typeof listed>[1]) => {
    const chain = extended(genesis, 'k0', { signing: [listed('s0', revoked), listed('s1', { notBefore: at })] })
    const [key] = verifyStatements(chain).signingKeys
    if (key === undefined) throw new Error('no key')
    return [since - 1, since, at - 1, at].map((iat) => [isInForce(key, iat), countsOnArrival(key, iat)])
  }
  const [yes, no, held] = [
    [true, true],
    [false, false],
    [true, false],
  ]
  t.strictSame(keyOf({}), [yes, yes, yes, yes], 'not revoked')
  t.strictSame(keyOf({ revoked: { at, reason: 'superseded' } }), [yes, yes, yes, no], 'superseded')
  t.strictSame(keyOf({ revoked: { at, reason: 'ceased' } }), [held, held, held, no], 'ceased')
  t.strictSame(
    keyOf({ revoked: { at, reason: 'compromised', compromisedSince: since } }),
    [held, no, no, no],
    'compromised',
  )
})

t.test('a statement that lists a key twice is refused: of two lives each reader would go by another one', (t) => {
  const revoked = { at: bornAt + 9, reason: 'compromised' } as const
  for (const signing of [
    [listed('s0'), listed('s0', { revoked })],
    [listed('s0', { revoked }), listed('s1'), listed('s0')],
  ]) {
    const chain = extended(genesis, 'k0', { signing })
    t.match(
      refusalOf(() => verifyStatements(chain)),
      { code: 'statement-invalid', details: { member: 'signing' } },
    )
    t.throws(() => verifyStatements(extended(chain, 'k0', { signing: [listed('s0')] })), { code: 'statement-invalid' })
  }
  t.end()
})

t.test('a verified chain tells the history of signing and witness keys', async (t) => {
  const second = extended(genesis, 'k0', {
    witness: namedKey('w1').x,
    signing: [
      listed('s0', { revoked: { at: bornAt + 9, reason: 'superseded' } }),
      listed('s1', { notBefore: bornAt + 9 }),
    ],
  })
  const chain = extended(second, 'k0')
  const found = verifyStatements(chain)
  t.strictSame(
    found.signingKeys.map(({ kid, revokedFor, listedAt }) => [kid, revokedFor, listedAt]),
    [
      [namedKey('s0').kid, 'superseded', bornAt],
      [namedKey('s1').kid, undefined, bornAt + 1],
    ],
  )
  t.strictSame(found.witnesses, [
    { key: namedKey('w0').x, kid: namedKey('w0').kid, since: bornAt },
    { key: namedKey('w1').x, kid: namedKey('w1').kid, since: bornAt + 1 },
  ])
  t.equal(found.head, messageDigest(chain[2] ?? ''))
})

t.test('a change without approval waits 72 hours from its first sight', async (t) => {
  const alone = extended(changed(genesis, toK1), 'k1')
  const digest = messageDigest(alone[1] ?? '')
  const seen = 1_000_000
  const at = (now: number, seenAt: number | undefined) =>
    countingChain(alone, verifyStatements(alone), (asked) => (asked === digest ? seenAt : undefined), now)
  t.strictSame(at(seen, undefined), { chain: genesis, pending: digest }, 'never seen')
  t.strictSame(at(seen + rotationWaitMs - 1, seen), { chain: genesis, pending: digest }, 'a moment before')
  t.strictSame(at(seen + rotationWaitMs, seen), { chain: alone, pending: undefined }, 'after it')
  const again = changed(alone, { to: 'k2', next: 'k3' })
  const both = countingChain(
    again,
    verifyStatements(again),
    (asked) => (asked === digest ? 0 : undefined),
    rotationWaitMs,
  )
  t.strictSame(both.chain, alone, 'each change waits for itself')
  const approved = changed(genesis, { ...toK1, from: 'k0' })
  t.equal(
    countingChain(approved, verifyStatements(approved), () => undefined, 0).chain,
    approved,
    'an approved one does not wait',
  )
})
