import type { FastifyInstance } from 'fastify'
import type { Socket } from 'node:net'

/**
 * Caps open connections, in all and of one address (security list F-05). Behind a trusted proxy every connection has the
 * proxy's address: then only the total counts, and the proxy caps its clients.
 */
export function limitConnections(
  server: FastifyInstance,
  limits: { readonly sockets: number; readonly socketsPerAddress: number; readonly isBehindProxy: boolean },
): void {
  server.server.maxConnections = limits.sockets
  if (limits.isBehindProxy) return
  const open = new Map<string, number>()
  server.server.on('connection', (socket: Socket) => {
    const address = clientOf(socket.remoteAddress ?? '')
    const count = (open.get(address) ?? 0) + 1
    if (count > limits.socketsPerAddress) {
      socket.destroy()
      return
    }
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
  })
}

/** One client: an IPv4 address, or the /64 that one host has of IPv6. */
function clientOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = ''] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`
}
