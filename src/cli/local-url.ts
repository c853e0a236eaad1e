import type { Listener } from '../config/config.js'

/** Base URL of a listener as this machine reaches it: where it listens on every address, by loopback. */
export function localUrl({ host, port }: Listener): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
