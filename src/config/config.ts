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
  readonly directory: DirectoryRules
  readonly sending: SendingRules
}

export interface Listener {
  readonly host: string
  readonly port: number
}

/** Which nodes the directory shows beside the paired ones. */
export interface DirectoryRules {
  /** Node ids whose word makes a node visible. */
  readonly introducers: readonly string[]
  /** So many of them have to vouch for it. */
  readonly vouchesNeeded: number
}

/** What this organisation lets leave, beyond what everybody has to hold back. */
export interface SendingRules {
  /** Initials of the person. */
  readonly initials: boolean
}

export interface RateLimits {
  readonly perPeerPerMinute: number
  readonly perAddressPerMinute: number
}
