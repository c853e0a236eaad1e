import fc from 'fast-check'
import t from 'tap'
import { nextAttempt, retryTable } from '../../src/outbound/retry.js'

const middle = 0.5
const minuteMs = 60_000
const failed = fc.record({
  attempts: fc.integer({ min: 1, max: 5000 }),
  isUrgent: fc.boolean(),
  fraction: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

t.test('the middle of each delay is the table of PROTOCOL 9', (t) => {
  const delays = (isUrgent: boolean) =>
    Array.from({ length: 14 }, (_, at) => nextAttempt({ attempts: at + 1, isUrgent, fraction: middle }))
  const slow = (...minutes: readonly number[]) => minutes.map((count) => count * minuteMs)
  t.same(delays(true), [1000, 4000, 10_000, ...slow(1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60)])
  t.same(delays(false), [1000, 4000, 10_000, ...slow(1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360)])
  t.end()
})

t.test('a delay is whole milliseconds, spread by a fifth, and never above 1.2 times the cap', (t) => {
  fc.assert(
    fc.property(failed, (input) => {
      const delayMs = nextAttempt(input)
      const middleMs = nextAttempt({ ...input, fraction: middle })
      const capMs = input.isUrgent ? retryTable.capMs.urgent : retryTable.capMs.other
      return (
        Number.isSafeInteger(delayMs) &&
        delayMs >= middleMs * 0.8 - 1 &&
        delayMs <= middleMs * 1.2 &&
        delayMs <= capMs * 1.2
      )
    }),
    { seed: 9, numRuns: 1000 },
  )
  t.end()
})

t.test('an urgent message never waits longer, and no delay shrinks with further failures', (t) => {
  fc.assert(
    fc.property(failed, (input) => {
      const urgentMs = nextAttempt({ ...input, isUrgent: true })
      const laterMs = nextAttempt({ ...input, attempts: input.attempts + 1 })
      return urgentMs <= nextAttempt({ ...input, isUrgent: false }) && laterMs >= nextAttempt(input)
    }),
    { seed: 9, numRuns: 1000 },
  )
  t.end()
})

t.test('nodes at the cap are spread over the whole width of the jitter', (t) => {
  const ends = [0, 0.999_999].map((fraction) => nextAttempt({ attempts: 50, isUrgent: true, fraction }))
  t.equal(ends[0], 48 * minuteMs)
  t.ok((ends[1] ?? 0) > 71.9 * minuteMs && (ends[1] ?? 0) <= 72 * minuteMs)
  t.end()
})
