import type { Grant } from '../wire/generated/types.js'
import { coveredCategories } from './grant-extent.js'

/** What both grants allow, in the words of the first one: the meet of the two (PROTOCOL 5.5). It may have no purpose left. */
export function narrowerGrant(grant: Grant, other: Grant): Grant {
  const { onwardTo, ...rest } = grant
  const onward = narrowerOnward(grant, other)
  const covered = coveredCategories(other)
  const dataCategories = coveredCategories(grant).filter((category) => covered.includes(category))
  const isNamed = grant.originCountryNamed === true && other.originCountryNamed === true
  return {
    ...rest,
    ...onward,
    purposes: grant.purposes.filter((purpose) => other.purposes.includes(purpose)),
    dataCategories: dataCategories.length === 0 ? ['codesOnly'] : dataCategories,
    validUntil: grant.validUntil < other.validUntil ? grant.validUntil : other.validUntil,
    exclusions: [...new Set([...grant.exclusions, ...other.exclusions])],
    tracingAllowed: grant.tracingAllowed && other.tracingAllowed,
    statisticsAllowed: grant.statisticsAllowed && other.statisticsAllowed,
    thirdCountryExplained: grant.thirdCountryExplained && other.thirdCountryExplained,
    ...(grant.originCountryNamed === undefined ? {} : { originCountryNamed: isNamed }),
  }
}

/** JSON pointers, into the grant, of what lets its holder do or have more, or longer, or tell more people, than another grant would. */
export function outgrowsGrant(grant: Compared, covered: Compared): readonly string[] {
  const categories = coveredCategories(covered)
  const named = namedNodes(covered)
  // Who asks each time goes no further than a list: the person is asked.
  const isFreer = onwardRank[grant.onward] > onwardRank[covered.onward]
  const isNamed = grant.originCountryNamed === true && covered.originCountryNamed !== true
  return [
    ...(grant.purposes.every((purpose) => covered.purposes.includes(purpose)) ? [] : ['/purposes']),
    ...(coveredCategories(grant).every((category) => categories.includes(category)) ? [] : ['/dataCategories']),
    ...(isFreer ? ['/onward'] : []),
    ...(namedNodes(grant).every((node) => named.includes(node)) ? [] : ['/onwardTo']),
    ...(grant.statisticsAllowed && !covered.statisticsAllowed ? ['/statisticsAllowed'] : []),
    ...(grant.tracingAllowed && !covered.tracingAllowed ? ['/tracingAllowed'] : []),
    ...(grant.validUntil > covered.validUntil ? ['/validUntil'] : []),
    ...(covered.exclusions.every((who) => grant.exclusions.includes(who)) ? [] : ['/exclusions']),
    ...(isNamed ? ['/originCountryNamed'] : []),
  ]
}

/** How far each rule lets a case go on. */
export const onwardRank: Readonly<Record<Grant['onward'], number>> = { none: 0, askMeEachTime: 1, namedList: 2 }

/** Under another rule than the list its nodes count for nothing. */
function namedNodes({ onward, onwardTo = [] }: Pick<Grant, 'onward' | 'onwardTo'>): readonly string[] {
  return onward === 'namedList' ? onwardTo : []
}

type Compared = Pick<
  Grant,
  | 'lawfulBasis'
  | 'purposes'
  | 'dataCategories'
  | 'onward'
  | 'onwardTo'
  | 'statisticsAllowed'
  | 'tracingAllowed'
  | 'validUntil'
  | 'exclusions'
  | 'originCountryNamed'
>

/** Two lists without a node in common let nobody have it. */
function narrowerOnward(grant: Grant, other: Grant): Pick<Grant, 'onward' | 'onwardTo'> {
  if (grant.onward !== 'namedList' || other.onward !== 'namedList') {
    return { onward: onwardRank[grant.onward] < onwardRank[other.onward] ? grant.onward : other.onward }
  }
  const onwardTo = (grant.onwardTo ?? []).filter((node) => other.onwardTo?.includes(node) === true)
  return onwardTo.length === 0 ? { onward: 'none' } : { onward: 'namedList', onwardTo }
}
