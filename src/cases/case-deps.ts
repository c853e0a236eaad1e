import type { Clock } from '../base/clock.js'
import type { Random } from '../base/random.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { Store } from '../store/port.js'

/** What everything about local cases needs. */
export interface CaseDeps {
  /** Id of this node. */
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly clock: Clock
  readonly random: Random
}

/** A case that a person means, and under which token. */
export interface CaseCall {
  /** Id or code. */
  readonly name: string
  /** Label of the token. */
  readonly by: string
}
