// npm run chaos: kill -9 of random nodes at random moments while events flow; exit code 0 only if nothing is wrong.
import { parseArgs } from 'node:util'
import { runChaos } from './run.js'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now()) },
    json: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stderr.write(`chaos: ${line}\n`)
const count = (name: 'events' | 'kills', least: number): number => {
  const value = Number(values[name])
  if (Number.isInteger(value) && value >= least) return value
  say(`--${name} takes a whole number from ${least}`)
  process.exit(2)
}

say(`seed ${values.seed}`)
const { problems, faults, holds, ...report } = await runChaos({
  events: count('events', 1),
  kills: count('kills', 0),
  seed: values.seed,
  drainMs: 240_000,
  tell: say,
})
for (const { kind, subject, what } of problems) say(`${kind}: ${subject}: ${what}`)
for (const fault of faults) say(fault)
const {
  events,
  kills,
  restarts,
  acknowledged,
  unknown,
  lost,
  duplicates,
  receipts,
  receiptsBacked,
  statesAgree,
  seconds,
} = report
const result = {
  events,
  kills,
  restarts,
  acknowledged,
  unknown,
  lost,
  duplicates,
  receipts,
  receiptsBacked,
  statesAgree,
  seconds,
}
if (!values.json)
  console.log(
    Object.entries(result)
      .map(([name, value]) => `${name.padEnd(16)}${value}`)
      .join('\n'),
  )
else console.log(JSON.stringify(result))
process.exitCode = holds ? 0 : 1
