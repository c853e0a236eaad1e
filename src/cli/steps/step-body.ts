import { systemClock, toDay } from '../../base/clock.js'
import { isRecord } from '../../config/read-environment.js'
import { freeTextPointers } from '../../wire/generated/free-texts.js'
import { usageFailure } from '../failure.js'
import type { Io } from '../io.js'
import type { LocalApi } from '../local-api.js'
import type { Failure } from '../outcome.js'
import { readJsonFile } from '../read-json-file.js'
import { readText } from '../read-text.js'
import { resolvePeer } from '../resolve-peer.js'
import type { Body, StepCommandType, StepOption } from './step-command.js'

/** What a person typed of one option. */
export interface TypedOption {
  readonly option: StepOption
  /** Undefined where it was left out. */
  readonly value: unknown
}

type Read = { readonly ok: true; readonly body: Body } | Failure

/** The body of a step by what was typed, on top of what the file holds. Nodes are still named as people name them. */
export async function readStepBody(
  io: Pick<Io, 'stdin' | 'cwd'>,
  type: StepCommandType,
  typed: readonly TypedOption[],
  file: string | undefined,
): Promise<Read> {
  const read = file === undefined ? undefined : await readJsonFile(io, file)
  if (read?.ok === false) return read
  const held = read?.value ?? {}
  if (!isRecord(held)) return usageFailure(`${file ?? ''} must hold a JSON object`)
  let body = held
  for (const { option, value } of typed) {
    const isText = freeTextPointers[type].includes(option.at)
    const text = isText && typeof value === 'string' ? await readText(io, value) : undefined
    if (text?.ok === false) return text
    const member = text === undefined ? memberOf(option, value) : text.text
    const path = option.at.split('/').slice(1)
    if (member !== undefined) body = withMember(body, path, member)
    else if (!isHeld(held, path)) body = withDefault(body, path, option)
  }
  return { ok: true, body }
}

/** Puts node ids in the place of the labels that a person typed. */
export async function withPeers(api: LocalApi, body: Body, typed: readonly TypedOption[]): Promise<Read> {
  let resolved = body
  for (const { option, value } of typed) {
    if (option.reads !== 'peer' || typeof value !== 'string') continue
    const peer = await resolvePeer(api, value)
    if (!peer.ok) return peer
    resolved = withMember(resolved, option.at.split('/').slice(1), peer.id)
  }
  return { ok: true, body: resolved }
}

function memberOf({ reads }: StepOption, value: unknown): unknown {
  if (!Array.isArray(reads) || !Array.isArray(value)) return value
  const [first, second] = reads as readonly [string, string]
  return value.map((word: string) => {
    const [left, right] = splitOnce(word)
    return { [first]: left, ...(right === undefined ? {} : { [second]: right }) }
  })
}

function splitOnce(word: string): readonly [string, string?] {
  const at = word.indexOf('=')
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)]
}

function withDefault(body: Body, path: readonly string[], { flags, otherwise }: StepOption): Body {
  const today = toDay(systemClock.now())
  if (!flags.includes('<')) return withMember(body, path, false)
  switch (otherwise) {
    case 'today':
      return withMember(body, path, today)
    case 'thisMonth':
      return withMember(body, path, today.slice(0, 'YYYY-MM'.length))
    case 'none':
      return flags.endsWith('...>') ? withMember(body, path, []) : body
    default:
      return body
  }
}

function isHeld(body: unknown, path: readonly string[]): boolean {
  const [name = '', ...rest] = path
  if (!isRecord(body) || !Object.hasOwn(body, name)) return false
  return rest.length === 0 || isHeld(body[name], rest)
}

function withMember(body: Body, [name = '', ...rest]: readonly string[], value: unknown): Body {
  if (rest.length === 0) return { ...body, [name]: value }
  const inner = body[name]
  return { ...body, [name]: withMember(isRecord(inner) ? inner : {}, rest, value) }
}
