import { ExchangeError } from '../../base/errors.js'
import { decodeBase64url, encodeBase64url } from '../../wire/base64url.js'

/** Where a page of threads ended. */
export interface ThreadCursor {
  readonly updatedAt: number
  readonly thread: string
}

/** An opaque place in the list of threads. It names nothing that the reader of the page did not get. */
export function encodeCursor({ updatedAt, thread }: ThreadCursor): string {
  return encodeBase64url(Buffer.from(`${updatedAt}|${thread}`))
}

/** @throws ExchangeError schema-invalid */
export function decodeCursor(text: string): ThreadCursor {
  const bytes = text.length > 128 ? undefined : decodeBase64url(text)
  const match = /^([0-9]{1,15})\|([0-9a-f-]{36})$/.exec(
    bytes === undefined ? '' : Buffer.from(bytes).toString('latin1'),
  )
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new ExchangeError('schema-invalid', { pointers: ['/query/after pattern'] })
  }
  return { updatedAt: Number(match[1]), thread: match[2] }
}
