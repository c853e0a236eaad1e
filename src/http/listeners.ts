import type { FastifyInstance } from 'fastify'
import type { KeyObject } from 'node:crypto'
import type { Clock } from '../base/clock.js'
import type { Logger } from '../base/logger.js'
import type { Random } from '../base/random.js'
import { version } from '../base/version.js'
import type { Config, Listener } from '../config/config.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { OwnCard } from '../directory/own-card.js'
import type { OwnStatements } from '../directory/own-statements.js'
import type { FetchDeps } from '../directory/refresh-card.js'
import type { Receive } from '../inbound/receive.js'
import type { ExchangeDeps } from '../outbound/exchange.js'
import type { SubmitDeps } from '../outbound/submit-deps.js'
import { agreementRoutes } from './api/agreement-routes.js'
import { checkRoutes } from './api/check-routes.js'
import { caseConsentRoutes } from './api/case-consent-routes.js'
import { caseEntryRoutes } from './api/case-entry-routes.js'
import { caseRoutes } from './api/case-routes.js'
import { contactRoutes, type ContactRoutesDeps } from './api/contact-routes.js'
import { dueRoutes } from './api/due-routes.js'
import { directoryRoutes, type DirectoryRoutesDeps } from './api/directory-routes.js'
import { alarmRoutes } from './api/alarm-routes.js'
import { invitationRoutes } from './api/invitation-routes.js'
import { makeIssueToken, type IssueToken } from './api/issue-token.js'
import { keyRoutes, type KeyRoutesDeps } from './api/key-routes.js'
import { nodeRoutes } from './api/node-routes.js'
import { pairingRoutes } from './api/pairing-routes.js'
import { peerRoutes as apiPeerRoutes } from './api/peer-routes.js'
import { referralRoutes } from './api/referral-routes.js'
import { registerApi } from './api/register-api.js'
import { retentionRoutes } from './api/retention-routes.js'
import { suspensionRoutes } from './api/suspension-routes.js'
import { tokenRoutes } from './api/token-routes.js'
import { makeTokenSigner } from './api/token-signer.js'
import { vaultRoutes } from './api/vault-routes.js'
import { vouchRoutes } from './api/vouch-routes.js'
import { declareRoutes } from './declare-routes.js'
import { healthRoutes } from './health/routes.js'
import { peerRoutes } from './peer/routes.js'
import { buildServer } from './server.js'
import { waitingRoutes } from './api/waiting-routes.js'
import { wellKnownRoutes } from './well-known/routes.js'

export type ListenersDeps = ExchangeDeps &
  FetchDeps &
  SubmitDeps &
  ContactRoutesDeps &
  DirectoryRoutesDeps &
  KeyRoutesDeps & {
    readonly config: Config
    readonly clock: Clock
    readonly random: Random
    readonly log: Logger
    readonly keys: KeyStore
    readonly ownCard: OwnCard
    readonly statements: OwnStatements
    readonly ownSigningKey: (kid: string, at: number) => KeyObject | undefined
    readonly receive: Receive
  }

/** The two listeners of a node: federation (public) and local (API; loopback by default). */
export interface Listeners {
  readonly federation: FastifyInstance
  readonly local: FastifyInstance
  /** Base URLs, once both listen. */
  listen(): Promise<{ readonly federation: string; readonly local: string }>
  /** Takes no new request and waits for those under way. */
  close(): Promise<void>
}

/** Builds both listeners with their routes; nothing listens yet. */
export async function buildListeners(
  deps: ListenersDeps,
): Promise<{ readonly listeners: Listeners; readonly issueToken: IssueToken }> {
  const { config, keys, self, store, clock, random, log } = deps
  const common = {
    log,
    random,
    trustedProxies: config.trustedProxies,
    perAddressPerMinute: config.rateLimits.perAddressPerMinute,
  }
  const apiKey = keys.apiKey()
  const issueToken = makeIssueToken({ nodeId: self, store, sign: await makeTokenSigner(apiKey), clock, random })

  const federation = await buildServer({ ...common, zone: 'federation' })
  declareRoutes(federation, (scope) => {
    peerRoutes(scope, deps)
    wellKnownRoutes(scope, deps)
  })

  const local = await buildServer({ ...common, zone: 'local' })
  declareRoutes(local, (scope) => {
    healthRoutes(scope, { checks: { store: async () => (await store.readMeta('node-id')) === self } })
  })
  await registerApi(local, { nodeId: self, publicKey: apiKey.publicKey, store, clock }, (scope) => {
    referralRoutes(scope, deps)
    waitingRoutes(scope, deps)
    dueRoutes(scope, deps)
    apiPeerRoutes(scope, deps)
    suspensionRoutes(scope, deps)
    vouchRoutes(scope, deps)
    invitationRoutes(scope, deps)
    pairingRoutes(scope, deps)
    alarmRoutes(scope, { store, clock })
    agreementRoutes(scope, deps)
    contactRoutes(scope, deps)
    directoryRoutes(scope, deps)
    tokenRoutes(scope, { store, clock, issueToken })
    nodeRoutes(scope, { ...deps, version })
    keyRoutes(scope, deps)
    caseRoutes(scope, deps)
    caseEntryRoutes(scope, deps)
    caseConsentRoutes(scope, deps)
    checkRoutes(scope, deps)
    vaultRoutes(scope, deps)
    retentionRoutes(scope, deps)
  })

  const listeners: Listeners = {
    federation,
    local,
    async listen() {
      return {
        federation: await listenOn(federation, config.federation),
        local: await listenOn(local, config.local),
      }
    },
    async close() {
      await Promise.all([federation.close(), local.close()])
    },
  }
  return { listeners, issueToken }
}

/** The base URL with the address that is really bound: a wildcard is shown as one. */
async function listenOn(server: FastifyInstance, { host, port }: Listener): Promise<string> {
  await server.listen({ host, port })
  const bound = server.server.address()
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}`
}
