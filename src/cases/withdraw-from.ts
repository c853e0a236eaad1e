import { ExchangeError } from '../base/errors.js'
import type { Consent } from '../wire/generated/types.js'

type Withdrawal = NonNullable<Consent['withdrawal']>
type Recipient = Consent['recipients'][number]

/**
 * A consent as it is after a withdrawal: narrower, or withdrawn where nothing is left of it.
 *
 * @throws ExchangeError schema-invalid where the purpose or the recipient is not said, recipient-not-named
 */
export function withdrawFrom<Said extends Omit<Consent, 'withdrawal'>>(
  consent: Said,
  withdrawal: Withdrawal,
): Said & Pick<Consent, 'withdrawal'> {
  switch (withdrawal.scope) {
    case 'everything':
      return { ...consent, status: 'withdrawn', withdrawal }
    case 'onePurpose': {
      const { purpose } = withdrawal
      if (purpose === undefined) throw new ExchangeError('schema-invalid', { pointers: ['/purpose required'] })
      const purposes = consent.purposes.filter((each) => each !== purpose)
      const recipients = consent.recipients
        .map((each) => ({ ...each, purposes: each.purposes.filter((granted) => granted !== purpose) }))
        .filter((each) => each.purposes.length > 0)
      return narrowed(consent, withdrawal, { purposes, recipients })
    }
    case 'oneRecipient': {
      const { recipient } = withdrawal
      if (recipient === undefined) throw new ExchangeError('schema-invalid', { pointers: ['/recipient required'] })
      const recipients = consent.recipients.filter(({ node }) => node !== recipient)
      if (recipients.length === consent.recipients.length) throw new ExchangeError('recipient-not-named')
      return narrowed(withoutOnward(consent, recipient), withdrawal, { purposes: consent.purposes, recipients })
    }
    case 'onwardOnly':
      return { ...withoutOnward(consent), withdrawal }
    case 'statisticsOnly':
      return { ...consent, statisticsAllowed: false, withdrawal }
  }
}

function narrowed<Said extends Omit<Consent, 'withdrawal'>>(
  consent: Said,
  withdrawal: Withdrawal,
  left: { readonly purposes: Consent['purposes']; readonly recipients: Recipient[] },
): Said & Pick<Consent, 'withdrawal'> {
  const isNothing = left.purposes.length === 0 || left.recipients.length === 0
  return isNothing ? { ...consent, status: 'withdrawn', withdrawal } : { ...consent, ...left, withdrawal }
}

/** Without one node to which it may go on, or without any. */
function withoutOnward<Said extends Omit<Consent, 'withdrawal'>>(consent: Said, node?: string): Said {
  const { onwardTo, ...rest } = consent
  const left = node === undefined ? [] : (onwardTo?.filter((each) => each !== node) ?? [])
  // The rest is Said but for a member that is optional in it.
  if (left.length > 0) return { ...rest, onwardTo: left } as unknown as Said
  const isCut = node === undefined || onwardTo !== undefined
  return (isCut ? { ...rest, onward: 'none' } : consent) as unknown as Said
}
