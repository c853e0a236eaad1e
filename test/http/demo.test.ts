import t from 'tap'
import { trm } from '../support/office.js'

interface Ended {
  readonly referral: string
  readonly state: readonly [string, string]
  readonly ended: string
}

interface Played {
  readonly case: number
  readonly referrals: readonly Ended[]
}

t.test('the demo lives through all twelve cases between fourteen nodes, and proves all of it', async (t) => {
  const { code, out } = await trm(['demo', '--json'])
  t.equal(code, 0)
  const { played, ...tally } = JSON.parse(out.trim())
  t.same(tally, {
    nodes: 14,
    referrals: 22,
    accepted: 18,
    declined: 2,
    withdrawn: 1,
    receipts: 201,
    verifiedReceipts: 201,
    lost: 0,
    duplicates: 0,
    agreements: 14,
    contacts: 182,
    cases: 12,
  })
  const endings = played.map(({ case: number, referrals }: Played) => [
    number,
    ...referrals.map(({ referral, state: [here, there], ended }) => {
      t.equal(here, there, `case ${number}: both ends of ${referral} agree`)
      return `${referral}: ${ended}`
    }),
  ])
  t.strictSame(endings, [
    [1, 'return: closed by both: returned and assisted', 'hearing: closed by both: hearing attended'],
    [2, 'search: closed by both: person located and assisted'],
    [3, 'return: closed by both: returned and assisted'],
    [4, 'search: closed by both: person located and assisted', 'return: consent withdrawn: everything'],
    [5, 'care: closed by both: goal reached'],
    [6, 'mistaken: taken back: wrong information', 'case: closed by both: goal reached'],
    [7, 'return: closed by both: returned and assisted'],
    [8, 'transfer: declined: not enough information', 'home: closed by both: left, whereabouts unknown'],
    [9, 'programme: declined: criteria not met', 'society: closed by both: left the programme'],
    [10, 'return: closed by both: returned and assisted'],
    [11, 'return: closed by both: returned and assisted', 'hearing: closed by both: hearing attended'],
    [
      12,
      'adult: referred onward',
      'childTwice: void: wrong receiver',
      'child: closed by both: returned and assisted',
      'onward: closed by both: goal reached',
      'claim: closed by both: partly reached',
    ],
  ])
})

t.test('the demo plays one case with the nodes that it needs; a case that is not there is no success', async (t) => {
  const one = await trm(['demo', '--case', '2', '--json'])
  t.equal(one.code, 0)
  t.match(JSON.parse(one.out.trim()), { nodes: 2, cases: 1, referrals: 1, played: [{ case: 2 }] })
  const none = await trm(['demo', '--case', '13', '--json'])
  t.not(none.code, 0)
  t.match(none.problem, { code: 'not-found' })
})
