import type { Query } from '../wire/generated/types.js'
import type { QueryHandlers } from './answer-query.js'

type OnwardReferral = Extract<Query, { readonly type: 'onward.withdraw' }>['body']

/**
 * `onward.withdraw` (PROTOCOL 5.7): the answer is the same where there is no such referral and where it is not the asker's.
 *
 * @param end ends the consent to a referral that came through the asker; false where there is none
 */
export function makeOnwardQueryHandlers(
  end: (asker: string, referral: OnwardReferral) => Promise<boolean>,
): Pick<QueryHandlers, 'onward.withdraw'> {
  return {
    'onward.withdraw': async ({ body }, { from }) => ({ ended: await end(from.row.node, body) }),
  }
}
