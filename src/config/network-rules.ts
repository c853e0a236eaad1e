import type { Listener } from './config.js'

/** https, or http to this machine: anything else would show who talks to whom, and the answers before authentication. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || isLoopback(hostname)
}

/** A host that only this machine reaches. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname === '::1' ||
    /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(hostname)
  )
}

/** Two listeners of one port clash unless each has an address of its own. */
export function clash(a: Listener, b: Listener): boolean {
  if (a.port !== b.port) return false
  return a.host === b.host || [a.host, b.host].some((host) => host === '0.0.0.0' || host === '::')
}

/** An IP address or CIDR range that does not hold everybody. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/')
  const bits = address.includes(':') ? 128 : 32
  const isAddress = bits === 128 ? URL.canParse(`http://[${address}]/`) : isIpv4(address)
  if (!isAddress || more.length > 0) return false
  return prefix === undefined || (/^[1-9][0-9]{0,2}$/.test(prefix) && Number(prefix) <= bits)
}

function isIpv4(address: string): boolean {
  const parts = address.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}
