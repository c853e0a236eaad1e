import { countingChain } from '../../src/directory/counting-chain.js'
import { verifyStatements } from '../../src/directory/key-statement.js'
import { mergeChains } from '../../src/directory/merge-chains.js'
import { messageDigest } from '../../src/crypto/signer.js'

type Members = Readonly<Record<string, unknown>>
type Chain = readonly string[]

type Asked =
  | { readonly of: 'merge'; readonly chains: readonly Chain[] }
  | {
      readonly of: 'waiting'
      readonly chain: Chain
      readonly seenAt: Readonly<Record<string, number>>
      readonly at: number
    }

/** Runs a vector of chains.json. */
export function runChains(asked: Asked): Members {
  return asked.of === 'merge' ? merged(asked.chains) : waiting(asked)
}

function merged(chains: readonly Chain[]): Members {
  chains.forEach((chain) => verifyStatements(chain))
  const heads = orders(chains).map((order) => headOf(order.reduce((one, other) => mergeChains(one, other).chain)))
  const [head] = heads
  if (heads.some((other) => other !== head)) throw new Error('the order changes which chain stays')
  const [one = [], other = [], third] = chains
  if (third !== undefined) return { head }
  const [there, back] = [mergeChains(one, other).equivocation, mergeChains(other, one).equivocation]
  if (there?.first !== back?.first || there?.second !== back?.second) throw new Error('the order changes the proof')
  return { head, equivocation: there === undefined ? null : [there.first, there.second].map(messageDigest) }
}

/** All orders, and each with what came first once more at its end: merging again changes nothing. */
function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  const all = permutations(items)
  return [...all, ...all.map((order) => [...order, ...order.slice(0, 1)])]
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  )
}

function waiting({ chain, seenAt, at }: Extract<Asked, { of: 'waiting' }>): Members {
  const firstSeenAt = (digest: string): number | undefined => {
    const seconds = seenAt[digest]
    return seconds === undefined ? undefined : seconds * 1000
  }
  const counting = countingChain(chain, verifyStatements(chain), firstSeenAt, at * 1000)
  return { head: headOf(counting.chain), waits: counting.pending ?? null }
}

function headOf(chain: Chain): string {
  return messageDigest(chain.at(-1) ?? '')
}
