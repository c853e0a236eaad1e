import type { ThreadView } from '../wire/generated/types.js'
import { usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { OfferOptions } from './offer-options.js'
import type { Failure } from './outcome.js'
import { isRecord } from '../config/read-environment.js'
import { resolveThread } from './resolve-thread.js'
import { seeThread } from './thread-step.js'

/** The referral that an offer continues, and who gets it where nobody says so. */
export interface Continued {
  readonly parent: string
  readonly to: string | undefined
}

type Found = Promise<{ readonly ok: true; readonly continued: Continued } | Failure>

/** A received referral that is referred on: to whom its sender agreed, if it is one. */
export async function referredOn(api: LocalApi, thread: string): Found {
  const found = await resolveThread(api, thread)
  if (!found.ok) return found
  const view = await seeThread(api, found.thread)
  if (!view.ok) return view
  if (view.body.role === 'sender') {
    return usageFailure('This node sent that referral. To offer the case anew: trm referral reopen')
  }
  return { ok: true, continued: { parent: found.thread, to: agreedRecipient(view.body) } }
}

/** A referral that is taken up again: with the same peer. */
export async function reopened(api: LocalApi, thread: string): Found {
  const found = await resolveThread(api, thread)
  if (!found.ok) return found
  const view = await seeThread(api, found.thread)
  return view.ok ? { ok: true, continued: { parent: found.thread, to: view.body.peer } } : view
}

/** A file and its options as the continuation of that referral; who is named by an option stays. */
export function continuing(
  file: unknown,
  options: OfferOptions,
  { parent, to }: Continued,
): { readonly file: unknown; readonly options: OfferOptions } {
  const receiver = options.to ?? to
  return {
    file:
      isRecord(file) && isRecord(file['referral'])
        ? { ...file, referral: { ...file['referral'], parentReferralId: parent } }
        : file,
    options: receiver === undefined ? options : { ...options, to: receiver },
  }
}

function agreedRecipient({ events, onwardAgreed }: ThreadView): string | undefined {
  const recipients = new Set(
    events.flatMap(({ digest, body }) =>
      onwardAgreed.includes(digest) && body !== undefined && 'agencyType' in body ? [body.recipient] : [],
    ),
  )
  return recipients.size === 1 ? [...recipients][0] : undefined
}
