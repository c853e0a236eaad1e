/** How the node is set up, checked and complete. Holds no secret: `trm config show` prints it as it is. */
export interface Config {
  readonly label: string
  readonly country: string
  readonly organisation: string
  /** Public base URL of the federation listener. */
  readonly url: string
  readonly federation: Listener
  readonly local: Listener
  /** IP addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[]
  /** Absolute path. */
  readonly keyEncryptionKeyFile: string
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' }
  readonly rateLimits: RateLimits
}

export interface Listener {
  readonly host: string
  readonly port: number
}

export interface RateLimits {
  readonly perPeerPerMinute: number
  readonly perAddressPerMinute: number
}
