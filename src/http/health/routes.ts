import type { FastifyInstance } from 'fastify'
import type { Health } from '../../wire/generated/types.js'

/** A part of the node that must work before requests make sense; false or a rejection means it does not. */
export type HealthCheck = () => boolean | Promise<boolean>

/** /livez: the process answers. /readyz: what it needs works as well; says by name what does not. */
export function healthRoutes(
  server: FastifyInstance,
  { checks }: { readonly checks: Readonly<Record<string, HealthCheck>> },
): void {
  const config = { isHealth: true } as const
  server.get('/livez', { config }, (): Health => ({ status: 'ok' }))
  server.get('/readyz', { config }, async (_request, reply): Promise<Health> => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => ({ name, isOk: await passes(check) })),
    )
    const failing = results.filter(({ isOk }) => !isOk).map(({ name }) => name)
    if (failing.length === 0) return { status: 'ok' }
    reply.code(503)
    return { status: 'not-ready', failing }
  })
}

async function passes(check: HealthCheck): Promise<boolean> {
  try {
    return await check()
  } catch {
    return false
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Neither limited nor shed nor logged above debug. */
    isHealth?: true
  }
}
