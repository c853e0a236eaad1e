import { localHttp, type LocalAnswer, type LocalRequest } from '../../src/cli/local-http.js'

/** How a call ended, as far as its client can tell. */
export type CallEnd =
  | { readonly outcome: 'acknowledged'; readonly body: unknown }
  | { readonly outcome: 'refused'; readonly code: string }
  | { readonly outcome: 'unknown' }

/** Nobody listened: not a byte was sent. */
export const nobodyThere = 'nobody-there'

/** One request to the local API of a node that may die at any moment. */
export async function localCall(
  baseUrl: string,
  { body, ...request }: Omit<LocalRequest, 'body'> & { readonly body?: unknown },
): Promise<CallEnd> {
  const text = body === undefined ? {} : { body: JSON.stringify(body) }
  let answer: LocalAnswer
  try {
    answer = await localHttp(baseUrl, { ...request, ...text })
  } catch (error) {
    const isUnheard = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
    return isUnheard ? { outcome: 'refused', code: nobodyThere } : { outcome: 'unknown' }
  }
  if (answer.status >= 500) return { outcome: 'unknown' }
  const value: unknown = JSON.parse(answer.body)
  if (answer.status < 300) return { outcome: 'acknowledged', body: value }
  return { outcome: 'refused', code: String((value as { readonly code?: unknown }).code) }
}

/** Whether the node at this local listener says that it is ready. */
export async function answersReady(baseUrl: string): Promise<boolean> {
  try {
    return (await localHttp(baseUrl, { method: 'GET', path: '/readyz' })).status === 200
  } catch {
    return false
  }
}
