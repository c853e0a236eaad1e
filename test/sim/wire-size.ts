import { jsonLength } from '../../src/directory/gossip/answer-directory.js'
import type { DirectoryAnswer, DirectoryQuestion } from '../../src/directory/gossip/directory-questions.js'
import { answerBuckets } from '../../src/wire/limits.js'

export type AnyAnswer =
  DirectoryAnswer<'directory.compare'> | DirectoryAnswer<'directory.list'> | DirectoryAnswer<'directory.fetch'>
export type WireBody = DirectoryQuestion['body'] | AnyAnswer | { readonly code: string }

/**
 * Bytes on the wire of one question or answer, by the rules of the product and without encrypting it: the signed message
 * is padded to its bucket, sealed (base64url of header, nonce, ciphertext and tag) and sent over HTTP. Counted with the
 * heads of HTTP, without those of TLS and TCP.
 */
export function wireSize(body: WireBody, part: 'question' | 'answer'): number {
  const payload = frameBytes[part] + bodyLength(body)
  const jws = base64Length(jwsHeaderBytes) + 1 + base64Length(payload) + 1 + base64Length(64)
  const padded = answerBuckets.find((bucket) => jws <= bucket)
  if (padded === undefined) throw new Error(`no bucket for ${jws} bytes`)
  const jwe = base64Length(jweHeaderBytes) + 2 + base64Length(12) + 1 + base64Length(padded) + 1 + base64Length(16)
  return jwe + httpHeadBytes[part]
}

/** `{"alg":"EdDSA","kid":…,"typ":"trm-reply+jwt"}` */
const jwsHeaderBytes = 90
/** `{"alg":"ECDH-ES","enc":"A256GCM","kid":…,"epk":{…},"typ":"trm-envelope","cty":"JWT"}` */
const jweHeaderBytes = 205
/** Everything but the body: ids, times, type. */
const frameBytes = { question: 230, answer: 285 } as const
/** As undici sends and fastify answers, rounded up. */
const httpHeadBytes = { question: 260, answer: 700 } as const

/** Length as JSON. Only the texts of records are long, and most of them need no second look. */
function bodyLength(body: WireBody): number {
  if (!('records' in body)) return JSON.stringify(body).length
  const texts = body.records.reduce((sum, { text }) => sum + jsonLength(text) - 2, 0)
  return texts + JSON.stringify({ records: body.records.map(({ kind }) => ({ kind, text: '' })) }).length
}

function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}
