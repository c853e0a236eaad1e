import t from 'tap'
import { mergeRecords, type Merge, type MergedRecord } from '../../src/directory/gossip/merge-records.js'
import { measureDay } from './measure-day.js'
import { simulate } from './simulate.js'
import { makeWorld } from './world.js'

const calm = { fanout: 3, loss: 0, liars: 0, skewSeconds: 120, isPartitioned: false }
const rough = { ...calm, loss: 0.3, liars: 0.2 }
const world = await makeWorld(60)

t.test('a new contact comes to all within the rounds promised, and the same seed leaves the same trace', async (t) => {
  const first = await simulate(world, { ...calm, seed: 'calm' })
  t.ok(first.rounds99 <= 10 && first.roundsAll <= 20, `99 % in ${first.rounds99}, all in ${first.roundsAll} rounds`)
  t.equal((await simulate(world, { ...calm, seed: 'calm' })).trace, first.trace)
  t.not((await simulate(world, { ...calm, seed: 'other' })).trace, first.trace)
})

t.test('nobody is fooled by liars on a bad network, and who contradicts itself is found out', async (t) => {
  const { fooled, proofs, roundsAll } = await simulate(world, { ...rough, seed: 'rough' })
  t.equal(fooled, 0)
  t.ok(proofs > 0, 'proofs spread')
  t.ok(Number.isFinite(roundsAll), 'the truth comes through')
})

t.test('what two halves did apart comes together when they reach each other again', async (t) => {
  const { roundsAll, fooled } = await simulate(world, { ...calm, isPartitioned: true, seed: 'apart' })
  t.equal(fooled, 0)
  t.ok(roundsAll <= 20, `${roundsAll} rounds after the cut`)
})

t.test('the simulator finds a merge that is wrong', async (t) => {
  const shorterChainWins = <R extends MergedRecord>(one: R, other: R): Merge<R> =>
    one.kind === 'statements' && one.chain.length !== other.chain.length
      ? { record: one.chain.length < other.chain.length ? one : other }
      : mergeRecords(one, other)
  t.ok((await simulate(world, { ...calm, liars: 0.2, seed: 'rough', merge: shorterChainWins })).fooled > 0)
})

t.test('the simulator finds that the word of one introducer is too little', async (t) => {
  t.ok((await simulate(world, { ...calm, liars: 0.2, seed: 'rough', vouchesNeeded: 1 })).fooled > 0)
  t.equal((await simulate(world, { ...calm, liars: 0.2, seed: 'rough' })).fooled, 0)
})

t.test('at rest a node sends the same however many there are', async (t) => {
  const [few, many] = [await makeWorld(20), world]
  const perNode = async (of: typeof world): Promise<number> =>
    (await measureDay(of, { fanout: 3, isAtRest: true })) / of.identities.length
  const [small, large] = [await perNode(few), await perNode(many)]
  t.ok(large < small * 1.02, `${Math.round(small)} and ${Math.round(large)} bytes`)
})
