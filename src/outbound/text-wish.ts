import type { TextPlace } from '../threads/text-place.js'
import type { SubmitReferralRequest } from '../wire/generated/types.js'

export type DoubtReason = NonNullable<SubmitReferralRequest['acceptDoubts']>

/** Why a passage goes that may identify a person. */
export const doubtReasons: readonly DoubtReason[] = [
  'notIdentifying',
  'institution',
  'neededForSafety',
  'neededForService',
]

/** What a person decided about the free texts of an event before it goes. There is no wish that lets denied data pass. */
export interface TextWish {
  /** Denied passages are left out, instead of a refusal. */
  readonly leaveOut: boolean
  /** Why doubtful passages go. */
  readonly acceptDoubts: DoubtReason | undefined
  /** Label of the token: who answers for it. */
  readonly by: string
}

/** What was decided by a wish, to be kept with the event. */
export interface TextDecision {
  readonly by: string
  readonly reason: DoubtReason | undefined
  readonly accepted: readonly TextPlace[]
  readonly leftOut: readonly TextPlace[]
}
