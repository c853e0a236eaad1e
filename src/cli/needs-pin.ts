import { hostAndPort } from '../directory/add-peer.js'
import { ExchangeError } from '../base/errors.js'
import { readPeerTarget } from '../transport/peer-target.js'

/** Whether others reach this address only if they pin it: http, a loopback or private literal, a name without a dot. */
export function needsPin(url: string): boolean {
  return !isOpen(url) && isOpen(url, hostAndPort(url))
}

function isOpen(url: string, pinnedAddress?: string): boolean {
  try {
    readPeerTarget(url, pinnedAddress)
    return true
  } catch (error) {
    if (error instanceof ExchangeError) return false
    throw error
  }
}
