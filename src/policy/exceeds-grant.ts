import type { Grant } from '../wire/generated/types.js'
import { isCodeCategory } from './grant-extent.js'

type Extent = Pick<
  Grant,
  'lawfulBasis' | 'purposes' | 'dataCategories' | 'onward' | 'onwardTo' | 'statisticsAllowed' | 'tracingAllowed'
>

/** JSON pointers, into the grant, of what lets its holder do or have more than another grant would; how long they last is not compared. */
export function exceedsGrant(grant: Extent, covered: Extent): readonly string[] {
  const categories = coveredCategories(covered)
  const named = new Set(covered.onwardTo)
  // Who asks each time goes no further than a list: the person is asked.
  const isFreer = onwardRank[grant.onward] > onwardRank[covered.onward]
  return [
    ...(grant.purposes.every((purpose) => covered.purposes.includes(purpose)) ? [] : ['/purposes']),
    ...(coveredCategories(grant).every((category) => categories.includes(category)) ? [] : ['/dataCategories']),
    ...(isFreer ? ['/onward'] : []),
    ...((grant.onwardTo ?? []).every((node) => named.has(node)) ? [] : ['/onwardTo']),
    ...(grant.statisticsAllowed && !covered.statisticsAllowed ? ['/statisticsAllowed'] : []),
    ...(grant.tracingAllowed && !covered.tracingAllowed ? ['/tracingAllowed'] : []),
  ]
}

/** How far each rule lets a case go on. */
export const onwardRank: Readonly<Record<Grant['onward'], number>> = { none: 0, askMeEachTime: 1, namedList: 2 }

/** Categories with more than codes count with consent alone. */
export function coveredCategories({
  lawfulBasis,
  dataCategories,
}: Pick<Grant, 'lawfulBasis' | 'dataCategories'>): Grant['dataCategories'] {
  return lawfulBasis === 'explicitConsent' ? dataCategories : dataCategories.filter(isCodeCategory)
}
