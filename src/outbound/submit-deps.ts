import type { Clock } from '../base/clock.js'
import type { Random } from '../base/random.js'
import type { KeyStore } from '../crypto/key-store.js'
import type { ContactBook } from '../directory/contacts/contact-book.js'
import type { PeerDirectory } from '../directory/peer-directory.js'
import type { Store } from '../store/port.js'
import type { WriteEventDeps } from './write-event.js'

export interface SubmitDeps extends WriteEventDeps {
  readonly self: string
  readonly store: Store
  readonly keys: KeyStore
  readonly directory: PeerDirectory
  readonly clock: Clock
  readonly random: Random
  /** What the directory shows: the desks of the peer. */
  readonly contacts: ContactBook
  /** Whether the settings let initials leave. */
  readonly mayInitialsLeave: boolean
  /** Told after the commit that something waits in the outbox; of a step, its type. */
  readonly onQueued: (type?: string) => void
}

/** What a submitted event is known by. */
export interface Submitted {
  readonly thread: string
  readonly event: string
}
