import type { Json } from '../cast.js'
import { bytesOf } from '../raw-jose.js'
import { accepts, type Vector } from '../vector-file.js'

interface FoldEvent {
  readonly role: 'sender' | 'receiver'
  readonly n: number
  readonly seen: number
  readonly type: string
  readonly agreement: string
  readonly replaces?: string | null
  readonly reason?: string
}

/** What the events of a relationship thread come to (PROTOCOL 6.3). */
export function relationshipFoldVectors(): readonly Vector[] {
  const event = (
    role: FoldEvent['role'],
    n: number,
    seen: number,
    type: string,
    agreement: string,
    replaces: string | null = null,
  ): FoldEvent => ({
    role,
    n,
    seen,
    type: `agreement.${type}`,
    agreement,
    ...(type === 'decline' ? { reason: 'notNow' } : {}),
    ...(type === 'propose' ? { replaces } : {}),
  })
  const fold = (
    comment: string,
    events: readonly FoldEvent[],
    agreements: Json,
    suspendedBy: readonly string[] = [],
  ): Vector => accepts(comment, { of: 'fold', events: placed(events) }, { agreements, suspendedBy })
  const agreed = [event('sender', 1, 0, 'propose', 'A'), event('receiver', 1, 1, 'accept', 'A')]
  return [
    fold('nothing', [], {}),
    fold('a proposal', [event('sender', 1, 0, 'propose', 'A')], { A: 'proposed' }),
    fold('proposed and accepted', agreed, { A: 'accepted 1' }),
    fold(
      'nobody accepts its own proposal',
      [event('sender', 1, 0, 'propose', 'A'), event('sender', 2, 0, 'accept', 'A')],
      { A: 'proposed' },
    ),
    fold('declined', [event('sender', 1, 0, 'propose', 'A'), event('receiver', 1, 1, 'decline', 'A')], {
      A: 'declined',
    }),
    fold(
      'taken back and accepted at the same time: taken back, and it keeps its place',
      [
        event('sender', 1, 0, 'propose', 'A'),
        event('sender', 2, 0, 'decline', 'A'),
        event('receiver', 1, 1, 'accept', 'A'),
      ],
      { A: 'declined 1' },
    ),
    fold(
      'two proposals at once, both accepted: the first one counts, and the other one came too late',
      [
        event('sender', 1, 0, 'propose', 'A'),
        event('receiver', 1, 0, 'propose', 'B'),
        event('sender', 2, 1, 'accept', 'B'),
        event('receiver', 2, 1, 'accept', 'A'),
      ],
      placeOfBoth(),
    ),
    fold(
      'taken back with a higher number than the acceptance has: taken back as well',
      [
        event('sender', 1, 0, 'propose', 'A'),
        event('receiver', 1, 0, 'propose', 'B'),
        event('receiver', 2, 1, 'accept', 'A'),
        event('sender', 2, 0, 'decline', 'A'),
      ],
      { A: 'declined 1', B: 'proposed' },
    ),
    fold(
      'an amendment of the agreement in force',
      [...agreed, event('sender', 2, 1, 'propose', 'C', 'A'), event('receiver', 2, 2, 'accept', 'C')],
      { A: 'accepted 1', C: 'accepted 2' },
    ),
    fold(
      'an old proposal does not take the place of a later agreement',
      [
        event('sender', 1, 0, 'propose', 'A'),
        event('sender', 2, 0, 'propose', 'B'),
        event('receiver', 1, 2, 'accept', 'B'),
        event('receiver', 2, 2, 'accept', 'A'),
      ],
      { A: 'proposed', B: 'accepted 1' },
    ),
    fold(
      'a suspension names what it likes: it is the relationship that is suspended',
      [event('receiver', 1, 0, 'suspend', 'Z'), event('sender', 1, 0, 'propose', 'A')],
      { A: 'proposed' },
      ['receiver'],
    ),
    fold('suspended by one', [...agreed, event('sender', 2, 1, 'suspend', 'A')], { A: 'accepted 1' }, ['sender']),
    fold(
      'suspended by both, resumed by one',
      [
        ...agreed,
        event('sender', 2, 1, 'suspend', 'A'),
        event('receiver', 2, 1, 'suspend', 'A'),
        event('receiver', 3, 2, 'resume', 'A'),
      ],
      { A: 'accepted 1' },
      ['sender'],
    ),
    fold(
      'the other side cannot resume',
      [...agreed, event('sender', 2, 1, 'suspend', 'A'), event('receiver', 2, 2, 'resume', 'A')],
      { A: 'accepted 1' },
      ['sender'],
    ),
  ]
}

/** Both acceptances have number 2: the smaller digest goes first. */
function placeOfBoth(): Json {
  const acceptsA = digestOf('receiver', 2)
  const acceptsB = digestOf('sender', 2)
  return acceptsA < acceptsB ? { A: 'accepted 1', B: 'proposed' } : { A: 'proposed', B: 'accepted 1' }
}

function digestOf(role: string, n: number): string {
  return bytesOf(`fold|${role}|${n}`, 32).toString('base64url')
}

function placed(events: readonly FoldEvent[]): readonly Json[] {
  return events.map(({ role, n, seen, ...step }) => ({
    ...step,
    role,
    n,
    prev: n === 1 ? null : digestOf(role, n - 1),
    seen: seen === 0 ? null : { n: seen, digest: digestOf(role === 'sender' ? 'receiver' : 'sender', seen) },
    digest: digestOf(role, n),
  }))
}
