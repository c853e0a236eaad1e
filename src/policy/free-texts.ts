import type { Event } from '../wire/generated/types.js'

export interface FreeText {
  /** JSON pointer into the event. */
  readonly pointer: string
  readonly text: string
}

/** Every text of an event that a person writes without a code list. A test compares the list with the schemas. */
export function freeTextsOf(event: Event): readonly FreeText[] {
  return Object.entries(textMembers(event)).flatMap(([pointer, text]) =>
    text === undefined ? [] : [{ pointer, text }],
  )
}

function textMembers({ type, body }: Event): Readonly<Record<string, string | undefined>> {
  switch (type) {
    case 'referral.offer':
      return {
        '/body/referral/exploitation/summary': body.referral.exploitation?.summary,
        '/body/referral/request/specificNeed': body.referral.request.specificNeed,
      }
    case 'referral.accept':
      return { '/body/conditions': body.conditions }
    case 'referral.decline':
      return { '/body/explanation': body.explanation }
    case 'referral.recall':
    case 'consent.withdraw':
    case 'agreement.propose':
    case 'agreement.accept':
    case 'agreement.decline':
    case 'agreement.suspend':
    case 'agreement.resume':
    case 'contact.share':
      return {}
  }
}
