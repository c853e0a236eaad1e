import { Argument } from 'commander'
import { validateThreadList } from '../wire/generated/validators.js'
import { failure, usageFailure } from './failure.js'
import type { LocalApi } from './local-api.js'
import type { Failure } from './outcome.js'

const idLength = 36
const beginningPattern = /^[0-9a-f-]{8,36}$/

/** `<thread>`, the same for every command that names one. */
export function threadArgument(): Argument {
  return new Argument('<thread>', 'its thread or the first eight characters of it, from trm referral list')
}

/** The thread that a person means: its id, or a beginning of it that no other one has. */
export async function resolveThread(
  api: LocalApi,
  name: string,
): Promise<{ readonly ok: true; readonly thread: string } | Failure> {
  const beginning = name.toLowerCase()
  if (!beginningPattern.test(beginning)) {
    return usageFailure(`A thread is named by its id, or by 8 to ${idLength} characters that it begins with.`)
  }
  if (beginning.length === idLength) return { ok: true, thread: beginning }
  const path = `/api/v1/threads?begins=${beginning}&limit=2`
  const answer = await api.ask({ method: 'GET', path, answer: validateThreadList })
  if (!answer.ok) return answer
  const [found, ...others] = answer.body.threads
  if (found === undefined) return failure('thread-not-found', { detail: 'See what there is: trm referral list' })
  if (others.length === 0) return { ok: true, thread: found.thread }
  return usageFailure('More than one thread begins so. Write more of it: trm referral list')
}

/** As people type it. */
export function shortThread(thread: string): string {
  return thread.slice(0, 8)
}
