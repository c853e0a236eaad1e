import { padTo, sealSegments, signMessage, type RawKey, type SealChange } from '../raw-jose.js'
import { makePing, type Cast } from '../cast.js'
import { refuses, type Refused, type Vector } from '../vector-file.js'
import { answerBuckets } from './valid-envelope-vectors.js'

/** One prekey and one message: everything else of an envelope is what the cases change. */
export interface Base {
  readonly prekey: RawKey
  readonly message: string
  readonly plaintext: Buffer
}

export function makeBase({ ro, it }: Cast): Base {
  const message = signMessage(ro.signing, 'trm-query+jwt', makePing(ro, it, 'invalid'))
  return { prekey: it.prekey, message, plaintext: padTo(message, answerBuckets) }
}

export const header = (reason: string, member?: string): Refused => ({
  code: 'jose-header-refused',
  reason,
  ...(member === undefined ? {} : { member }),
  answer: 'envelope-refused',
})
export const malformed = (reason: string): Refused => ({ code: 'jose-malformed', reason, answer: 'envelope-refused' })
export const undecryptable: Refused = { code: 'decrypt-failed', answer: 'envelope-refused' }

export function sealed({ prekey, plaintext }: Base, comment: string, change: SealChange, expect: Refused): Vector {
  return refuses(comment, { body: sealSegments(prekey, plaintext, comment, change).join('.') }, expect)
}
