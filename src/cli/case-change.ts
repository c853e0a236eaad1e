import type { CaseChange } from '../wire/generated/types.js'
import { validateCaseChange, type Validator } from '../wire/generated/validators.js'
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
export function changeLine({ code, entries, consent, withdrawn, updated }: CaseChange): string {
  const written = [
    ...(consent === undefined ? entries.map((entry) => `entry ${entry}`) : [`consent ${consent}`]),
    ...(withdrawn === undefined ? [] : [`withdrawn in ${withdrawn.length} referrals`]),
    ...(updated === undefined ? [] : [`passed on in ${updated.length} referrals`]),
  ]
  return [code, ...written].join('  ')
}

const reasons: Readonly<Record<NonNullable<CaseChange['notWithdrawn']>[number]['reason'], string>> = {
  failed: 'it could not be passed on and is tried again; see why: trm referral show',
  noConsent: 'it belongs to the case without a consent; if she means it too: trm referral withdraw',
  otherConsent: 'it went by another consent of the case; if she means it too: trm case withdraw with that consent',
  notLinked: 'it continues a referral of the case outside it; if she means it too: trm referral withdraw',
}

function changeNotes(change: CaseChange): readonly string[] {
  const { code, consent, notWithdrawn = [], withdrawn, wider = [], standing = [], updated } = change
  const holders = wider.length === 1 ? '1 receiver holds' : `${wider.length} receivers hold`
  return [
    ...(wider.length === 0
      ? []
      : [
          `${holders} MORE than this consent covers: ${wider.join(', ')}`,
          updated === undefined
            ? `pass it on: trm case pass-on ${code} ${consent ?? 'CONSENT'}; or end it there: trm referral withdraw`
            : 'nothing was passed on there: write the grant yourself (trm referral update-consent), end it (trm referral withdraw), or call them',
        ]),
    ...standing.map(
      (other) => `another consent of the case STILL STANDS: ${other}; if she refuses that too: trm case withdraw`,
    ),
    ...notWithdrawn.map(({ thread, reason }) => `NOT withdrawn in ${thread}: ${reasons[reason]}`),
    ...(withdrawn === undefined ? [] : [`whom to call besides: trm case holders ${code}`]),
  ]
}
