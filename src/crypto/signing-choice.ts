/** The life of a signing key as the latest key statement gives it, in seconds since the epoch. */
export interface SigningLife {
  readonly kid: string
  readonly notBefore: number
  readonly notAfter: number
  /** When it ends before that, because it was revoked. */
  readonly endsAt: number | undefined
}

/**
 * The key to sign with: of those in force the one whose life began last, so that a planned key takes over at its time
 * without anybody switching (decision 0009). Where none is in force, the one that was it last: whoever signs sees that
 * it does not count.
 *
 * @param lives only of keys that the node holds
 * @param now seconds
 */
export function chooseSigningKey(lives: readonly SigningLife[], now: number): string | undefined {
  const inForce = lives.filter(
    ({ notBefore, notAfter, endsAt }) => notBefore <= now && now < Math.min(notAfter, endsAt ?? notAfter),
  )
  return (latest(inForce) ?? latest(lives.filter(({ notBefore }) => notBefore <= now)) ?? latest(lives))?.kid
}

function latest(lives: readonly SigningLife[]): SigningLife | undefined {
  return lives.reduce<SigningLife | undefined>(
    (last, life) => (last === undefined || life.notBefore >= last.notBefore ? life : last),
    undefined,
  )
}
