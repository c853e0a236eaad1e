import { isIP } from 'node:net'
import { ExchangeError } from '../base/errors.js'

/** Where one request goes, after the rules about URLs and before any name is resolved. */
export interface PeerTarget {
  readonly isTls: boolean
  /** Scheme, host and port as the URL standard writes them. */
  readonly origin: string
  /** DNS name, or IP literal without brackets. */
  readonly host: string
  readonly port: number
  /** Path with query. */
  readonly path: string
  /** True where a person pinned exactly this host and port. */
  readonly isPinned: boolean
}

/**
 * Reads a peer's URL (security list F-01). Allowed are https to a DNS name of two labels or more, on port 443 or a port
 * from 1024 up (nodes behind NAT are forwarded on high ports; the low ports belong to other protocols). A pin of exactly
 * this host and port, as the URL standard writes them and with the port always named, also opens http, IP literals,
 * single-label names and low ports; a pin of anything else opens nothing.
 * @throws ExchangeError peer-address-refused with the `rule` that was broken
 */
export function readPeerTarget(text: string, pinnedAddress?: string): PeerTarget {
  // The URL parser repairs what people never write: spaces, backslashes, other alphabets' digits and dots, empty userinfo.
  if (!plainUrl.test(text) || !URL.canParse(text)) throw refused('form')
  const url = new URL(text)
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const isPinned = pinnedAddress === `${url.hostname}:${port}`
  const host = url.hostname.replace(/^\[|\]$/g, '')

  if (!isPinned) {
    if (!isTls) throw refused('scheme')
    if (isIP(host) !== 0 || !isDnsName(host)) throw refused('host')
    if (port !== 443 && port < 1024) throw refused('port')
  }
  return { isTls, origin: url.origin, host, port, path: url.pathname + url.search, isPinned }
}

/** Scheme, authority without userinfo, then visible ASCII without `#` and backslash. */
const plainUrl = /^https?:\/\/[A-Za-z0-9._:[\]-]+(?:[/?][!"$-[\]-~]*)?$/

const dnsLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** A name with a final dot is refused: it is the same place under another text, and no certificate names it. */
function isDnsName(host: string): boolean {
  const labels = host.split('.')
  return host.length <= 253 && labels.length >= 2 && labels.every((label) => dnsLabel.test(label))
}

function refused(rule: string): ExchangeError {
  return new ExchangeError('peer-address-refused', { rule, sent: false })
}
