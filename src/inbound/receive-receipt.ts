import { ExchangeError } from '../base/errors.js'
import type { AuthenticMessage } from './open-message.js'

export interface ReceiveReceiptDeps {
  /** Takes a verified late receipt: the same path as a receipt that came in an answer. */
  readonly applyReceipt: (receipt: {
    readonly jws: string
    readonly from: string
    readonly payload: unknown
  }) => Promise<void>
}

/**
 * PROTOCOL 3: a receipt may also come through the inbox. It is applied once; equal later ones change nothing.
 *
 * @throws ExchangeError envelope-refused where it is no receipt of that node for an event of ours
 */
export async function receiveReceipt(deps: ReceiveReceiptDeps, message: AuthenticMessage): Promise<void> {
  try {
    await deps.applyReceipt({ jws: message.jws, from: message.from.row.node, payload: message.payload })
  } catch (error) {
    if (error instanceof ExchangeError && error.code === 'receipt-invalid') {
      throw new ExchangeError('envelope-refused', {}, { cause: error })
    }
    // Nothing was decided: the peer comes back.
    if (error instanceof ExchangeError && error.code === 'conflict')
      throw new ExchangeError('overloaded', {}, { cause: error })
    throw error
  }
}
