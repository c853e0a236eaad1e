import type { CaseChange } from '../wire/generated/types.js'
import { validateCaseChange, type Validator } from '../wire/generated/validators.js'
import { counted } from './counted.js'
import type { LocalApi } from './local-api.js'
import type { Outcome } from './outcome.js'

/** The path of a case, by id or code, or of something below it. */
export function casePath(name: string, ...below: readonly string[]): string {
  return ['/api/v1/cases', ...[name, ...below].map(encodeURIComponent)].join('/')
}

/** Writes something into a case and tells what was written. */
export async function changeCase(
  api: LocalApi,
  path: string,
  body?: { readonly value: unknown; readonly schema: Validator<unknown> },
): Promise<Outcome> {
  const sent = body === undefined ? {} : { body: body.value, bodySchema: body.schema }
  const answer = await api.ask({ method: 'POST', path, ...sent, answer: validateCaseChange })
  if (!answer.ok) return answer
  return { ok: true, result: answer.body, lines: [changeLine(answer.body)], notes: changeNotes(answer.body) }
}

/** `2026-014  consent 59792fd0-…` */
export function changeLine({ code, entries, consent, withdrawn, updated, receivers = 0 }: CaseChange): string {
  const written = [
    ...(consent === undefined ? entries.map((entry) => `entry ${entry}`) : [`consent ${consent}`]),
    ...(withdrawn === undefined ? [] : [`withdrawn: told ${atReceivers(receivers, withdrawn.length)}`]),
    ...(updated === undefined ? [] : [`passed on ${atReceivers(receivers, updated.length)}`]),
  ]
  return [code, ...written].join('  ')
}

/** One office may have several referrals of a case. */
function atReceivers(receivers: number, referrals: number): string {
  if (referrals === 0) return 'to no receiver'
  return `to ${counted(receivers, 'receiver')}, in ${counted(referrals, 'referral')}`
}

const reasons: Readonly<Record<NonNullable<CaseChange['notWithdrawn']>[number]['reason'], string>> = {
  failed: 'it could not be passed on and is tried again; see why: trm referral show',
  noConsent: 'it belongs to the case without a consent; if the person means it too: trm referral withdraw',
  otherConsent:
    'it went by another consent of the case; if the person means it too: trm case withdraw with that consent',
  notLinked: 'it continues a referral of the case outside it; if the person means it too: trm referral withdraw',
}

function changeNotes(change: CaseChange): readonly string[] {
  const { code, consent, notWithdrawn = [], withdrawn, wider = [], standing = [], updated, receivers = 0 } = change
  const holders =
    updated === undefined
      ? `${counted(receivers, 'receiver')} ${receivers === 1 ? 'holds' : 'hold'} MORE than this consent covers, in`
      : 'There is still MORE than this consent covers in'
  return [
    ...(wider.length === 0
      ? []
      : [
          `${holders} ${counted(wider.length, 'referral')}: ${wider.join(', ')}`,
          updated === undefined
            ? `pass it on: trm case pass-on ${code} ${consent ?? 'CONSENT'}; or end it there: trm referral withdraw`
            : 'not everything was passed on there: write the grant yourself (trm referral update-consent), end it (trm referral withdraw), or call them, also about whom they must not contact',
        ]),
    ...(updated === undefined || updated.length === 0
      ? []
      : [`the receivers take it back from those to whom they referred on; who that is: trm case holders ${code}`]),
    ...standing.map(
      (other) =>
        `another consent of the case STILL STANDS: ${other}; if the person refuses that too: trm case withdraw`,
    ),
    ...notWithdrawn.map(({ thread, reason }) => `NOT withdrawn in ${thread}: ${reasons[reason]}`),
    ...(withdrawn === undefined ? [] : [`whom to call besides: trm case holders ${code}`]),
  ]
}
