import { request } from 'node:http'

export interface LocalRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly token?: string
  /** JSON text. */
  readonly body?: string
}

export interface LocalAnswer {
  readonly status: number
  readonly body: string
}

/** Longer than the longest attempt to reach a peer, which some answers wait for. */
const timeoutMs = 60_000
const maxAnswerBytes = 16 * 1024 * 1024

/** One request to a listener of this machine. Rejects with a system error where nobody answers. */
export function localHttp(baseUrl: string, { method, path, token, body }: LocalRequest): Promise<LocalAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    // No agent: a command makes few requests and must not be kept alive by an idle connection.
    const outgoing = request(
      new URL(path, baseUrl),
      { method, headers, agent: false, timeout: timeoutMs },
      (answer) => {
        const chunks: Buffer[] = []
        let size = 0
        answer.on('error', reject)
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length
          chunks.push(chunk)
          if (size > maxAnswerBytes) answer.destroy(new RangeError('answer too large'))
        })
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
    outgoing.end(body)
  })
}
