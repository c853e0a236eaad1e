import type { CaseSummary } from '../wire/generated/types.js'
import { validateCaseList } from '../wire/generated/validators.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const minBeginning = 3
const maxNamed = 5

/** The case that a person means: its id, its code in whatever letters, or a beginning of one of them that no other case has. */
export async function resolveCase(
  api: LocalApi,
  name: string,
): Promise<{ readonly ok: true; readonly name: string } | Failure> {
  const [code, id] = [name.toUpperCase(), name.toLowerCase()]
  if (idPattern.test(id)) return { ok: true, name: id }
  const begins: string[] = []
  let after: string | undefined
  do {
    const path = `/api/v1/cases${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`
    const answer = await api.ask({ method: 'GET', path, answer: validateCaseList })
    if (!answer.ok) return answer
    for (const each of answer.body.cases) {
      if (each.code === code) return { ok: true, name: code }
      if (beginsSo(each, code, id)) begins.push(each.code ?? each.case)
    }
    after = answer.body.next
  } while (after !== undefined)
  const [found, ...others] = begins
  if (found === undefined || name.length < minBeginning) {
    return failure('case-not-found', {
      detail: 'A case is named by its code, its id, or a beginning of one of them: trm case list',
    })
  }
  if (others.length === 0) return { ok: true, name: found }
  const named = begins.slice(0, maxNamed).join(', ')
  return usageFailure(`More than one case begins so: ${named}${begins.length > maxNamed ? ', ...' : ''}`)
}

function beginsSo({ case: whole, code: ofCase }: CaseSummary, code: string, id: string): boolean {
  return ofCase?.startsWith(code) === true || whole.startsWith(id)
}
