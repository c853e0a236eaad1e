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
export function changeLine({ code, entries, consent, withdrawn }: CaseChange): string {
  const written = [
    ...(consent === undefined ? entries.map((entry) => `entry ${entry}`) : [`consent ${consent}`]),
    ...(withdrawn === undefined ? [] : [`withdrawn in ${withdrawn.length} referrals`]),
  ]
  return [code, ...written].join('  ')
}

function changeNotes({ code, notWithdrawn = [], withdrawn }: CaseChange): readonly string[] {
  return [
    ...notWithdrawn.map((thread) => `NOT passed on, look at it: trm referral show ${thread}`),
    ...(withdrawn === undefined ? [] : [`whom to call besides: trm case holders ${code}`]),
  ]
}
