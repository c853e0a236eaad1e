import { ExchangeError, type ErrorDetails } from '../../base/errors.js'
import { maxFaults } from '../../wire/schema-faults.js'

/**
 * Runs a flow that makes an event of a request, and tells its refusals in terms of the request. Gates point into the
 * event, and the body of a request is the body of its event without what the node sets itself: so `/body/grant/mode` is
 * `/grant/mode` to the client. Of what points beside the body `/to` alone says something to the client: this receiver.
 */
export async function inRequestTerms<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    throw new ExchangeError(
      error.code,
      { ...error.details, pointers: requestPointers(error.details) },
      { cause: error },
    )
  }
}

/** What the firewall found counts as pointers: `/referral/exploitation/summary email 12-31`. */
function requestPointers({ pointers, findings }: ErrorDetails): readonly string[] {
  return [pointers, findings]
    .flatMap((told) => (Array.isArray(told) ? told.map(String) : []))
    .filter((pointer) => pointer === '/to' || pointer.startsWith('/body/'))
    .map((pointer) => (pointer === '/to' ? pointer : pointer.slice('/body'.length)))
    .slice(0, maxFaults)
}
