import { ExchangeError } from '../../base/errors.js'
import { doubtReasons, type DoubtReason, type TextWish } from '../../outbound/text-wish.js'
import { flagOf } from './flag-parameter.js'

/** Query parameters of the steps: what a person decided about their texts. The body of a step is the body of its event. */
export const textParameters = ['acceptDoubts', 'leaveOut'] as const

export type TextQuery = { readonly [Name in (typeof textParameters)[number]]?: string }

interface Caller {
  /** Label of the token. */
  readonly tokenLabel: string | null
}

/** What a body says about its texts, and who says so. */
export function textWishOf(
  {
    acceptDoubts,
    leaveOut,
  }: { readonly acceptDoubts?: DoubtReason | undefined; readonly leaveOut?: boolean | undefined },
  { tokenLabel }: Caller,
): TextWish {
  return { acceptDoubts, leaveOut: leaveOut === true, by: tokenLabel ?? 'unknown' }
}

/** The same of a query. @throws ExchangeError schema-invalid with a pointer to the parameter */
export function textWishInQuery({ acceptDoubts, leaveOut }: TextQuery, caller: Caller): TextWish {
  const reason = doubtReasons.find((code) => code === acceptDoubts)
  if (acceptDoubts !== undefined && reason === undefined) {
    throw new ExchangeError('schema-invalid', { pointers: ['/query/acceptDoubts enum'] })
  }
  return textWishOf(
    { leaveOut: flagOf('leaveOut', leaveOut), ...(reason === undefined ? {} : { acceptDoubts: reason }) },
    caller,
  )
}
