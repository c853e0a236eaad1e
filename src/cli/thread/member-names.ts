import { codePlaces } from '../../labels/generated/code-places.js'
import type { LabelBook } from '../../labels/label-book.js'
import { titleOf } from '../../labels/label-of.js'

/** What an office needs no eye for: who made the file and which version, ids that the head says already, digests. */
const forPrograms: ReadonlySet<string> = new Set([
  '/referral/schemaVersion',
  '/referral/referralId',
  '/referral/rootReferralId',
  '/referral/parentReferralId',
  '/referral/createdOn',
  '/referral/isExercise',
  '/referral/textLanguage',
  '/grant/id',
  '/grant/recipient',
  '/grant/personCode',
  '/grant/evidence',
  '/grant/noticeVersion',
  '/grant/informedOf',
  '/proposal',
  '/replaces',
])

/** Whether a member of an event is left out of the short view; nothing of the person is. */
export function isForPrograms(pointer: string): boolean {
  return forPrograms.has(pointer)
}

/** What a member is called: the title of its code list in the language of the reader, else its name in words. */
export function memberName(book: LabelBook, type: string, pointer: string, name: string): string {
  const list = codePlaces[type]?.[pointer] ?? codePlaces[type]?.[`${pointer}/*`]
  if (list !== undefined && list !== 'country' && list !== 'language') return titleOf(book, list)
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
