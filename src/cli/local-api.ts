import type { CreateTokenRequest, Problem } from '../wire/generated/types.js'
import { validateProblem, type Validator } from '../wire/generated/validators.js'
import { faultsInWords } from '../wire/fault-words.js'
import { beyondWords } from './beyond-words.js'
import { checkOptions, type OptionNames } from './check-options.js'
import { exitCodeOf } from './exit-codes.js'
import { failure } from './failure.js'
import type { LocalAnswer, LocalRequest } from './local-http.js'
import type { Failure, Fault } from './outcome.js'
import { wayOutOf } from './way-out.js'

/** Everything that a token may do: what the commands of the owner of the data folder need. */
export const allScopes: CreateTokenRequest['scopes'] = [
  'referral:read',
  'referral:write',
  'peer:read',
  'peer:write',
  'agreement:read',
  'agreement:write',
  'token:write',
  'node:read',
  'key:read',
  'key:write',
  'case:read',
  'case:write',
  'case:vault',
  'case:erase',
]

export interface ApiRequest<T> {
  readonly method: LocalRequest['method']
  readonly path: string
  readonly body?: unknown
  /** Schema of the body, to say in words where it does not fit; the node alone judges. */
  readonly bodySchema?: Validator<unknown>
  /** The body holds nothing of a person: unknown members are told by their name. */
  readonly namesMembers?: boolean
  /** Members of the body that are options: checked before it is sent. */
  readonly options?: OptionNames
  readonly answer: (value: unknown) => value is T
}

export type ApiAnswer<T> = { readonly ok: true; readonly body: T } | Failure

/** The local API, over HTTP where the node runs and in memory where it does not (decision 0007). */
export interface LocalApi {
  readonly isRunning: boolean
  ask<T>(request: ApiRequest<T>): Promise<ApiAnswer<T>>
}

/** An answer without a body. */
export function isNothing(value: unknown): value is undefined {
  return value === undefined
}

/** The API over any way to send a request. */
export function makeLocalApi(isRunning: boolean, send: (request: LocalRequest) => Promise<LocalAnswer>): LocalApi {
  return {
    isRunning,
    async ask({ method, path, body, bodySchema, namesMembers = false, options, answer }) {
      const misused =
        options === undefined || bodySchema === undefined ? undefined : checkOptions(body, bodySchema, options)
      if (misused !== undefined) return misused
      const text = body === undefined ? {} : { body: JSON.stringify(body) }
      const { status, body: answerText } = await send({ method, path, ...text })
      const value = parseAnswer(answerText)
      if (status < 300 && answer(value)) return { ok: true, body: value }
      if (status < 300 || !validateProblem(value)) {
        return failure('internal', {
          detail: `The node answered ${method} in an unknown form. Is it of another version?`,
        })
      }
      const explained = value.code === 'schema-invalid' ? explain(body, bodySchema, namesMembers) : []
      const faults = explained.length === 0 ? (value.faults ?? []) : explained
      const detail = detailOf(value)
      return {
        ok: false,
        exitCode: exitCodeOf(value.code),
        problem: { ...value, ...(faults.length === 0 ? {} : { faults }), ...(detail === undefined ? {} : { detail }) },
      }
    },
  }
}

/** What is needed, and what a person can do about it. */
function detailOf({
  code,
  toldBy,
  purposes = [],
  threads: [thread = 'THREAD'] = [],
  ...beyond
}: Problem): string | undefined {
  const needed = purposes.length === 0 ? [] : [`Needed is consent to ${purposes.join(' or ')}.`]
  const wayOut = wayOutOf(code, toldBy)?.replace(/\bTHREAD\b/, thread)
  const lines = [...needed, ...beyondLines(beyond), ...(wayOut === undefined ? [] : [wayOut])]
  return lines.length === 0 ? undefined : lines.join('\n')
}

function beyondLines({ agreed, exceeding }: Pick<Problem, 'agreed' | 'exceeding'>): readonly string[] {
  return agreed === undefined || exceeding === undefined ? [] : [`${beyondWords({ agreed, exceeding })}.`]
}

function parseAnswer(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return null
  }
}

/** A file that is wrong in more places is another file. */
const maxFaultsShown = 200

/** What does not fit and what would, as this program knows the schema; else as the node says it. */
function explain(body: unknown, schema: Validator<unknown> | undefined, namesMembers: boolean): readonly Fault[] {
  if (schema === undefined || schema(body)) return []
  const faults = faultsInWords(schema.errors, { namesMembers, limit: maxFaultsShown })
  return faults.map(({ at, message }) => ({ at, message }))
}
