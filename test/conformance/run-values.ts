import { ExchangeError } from '../../src/base/errors.js'
import { deriveContentKey } from '../../src/crypto/concat-kdf.js'
import { openEnvelope, sealEnvelope } from '../../src/crypto/envelope.js'
import { nextKeyHashOf, nodeIdOf } from '../../src/crypto/node-id.js'
import { keyPairFromSeed } from '../../src/crypto/private-key.js'
import { importEd25519, importX25519, keyThumbprint, type Curve } from '../../src/crypto/public-key.js'
import { messageDigest, verifyJws } from '../../src/crypto/signer.js'
import { fingerprintOf } from '../../src/directory/fingerprint.js'
import { leafHash, type LeafRole } from '../../src/log/leaf.js'
import { findIdentityData } from '../../src/policy/identity/find-identity-data.js'
import { mayHaveSent } from '../../src/referral/decide.js'
import { foldThread } from '../../src/referral/fold.js'
import { orderThread, type ThreadEvent } from '../../src/referral/thread-order.js'
import type { Role, WithdrawalScope } from '../../src/referral/transition-table.js'
import { decodeBase64url } from '../../src/wire/base64url.js'
import { canonicalJson } from '../../src/wire/canonical-json.js'
import { jwsTypes, parseCompactJwe, parseCompactJws } from '../../src/wire/compact.js'
import { codeListsDigest } from '../../src/wire/generated/code-lists.js'
import { answerBuckets, eventBuckets } from '../../src/wire/limits.js'
import { parseStrictJson } from '../../src/wire/strict-json.js'
import { seededRandom } from '../support/seeded-random.js'

// What needs no node: each takes the input of a vector and gives the members of `ok`, or throws what the product throws.

type Members = Readonly<Record<string, unknown>>

export function runBase64url({ text }: { readonly text: string }): Members {
  const bytes = decodeBase64url(text)
  if (bytes === undefined) throw new ExchangeError('jose-malformed', { reason: 'base64url' })
  return { hex: Buffer.from(bytes).toString('hex') }
}

export function runJson({ text, hex }: { readonly text?: string; readonly hex?: string }): Members {
  return {
    canonical: canonicalJson(parseStrictJson(text === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(text))),
  }
}

export function runKey({ curve, x }: { readonly curve: Curve; readonly x: string }): Members {
  if (curve === 'Ed25519') importEd25519(x)
  else importX25519(x)
  return { kid: keyThumbprint(curve, x) }
}

interface DigestInput {
  readonly of: string
  readonly message: string
  readonly identityKey: string
  readonly nextKeyHash: string
  readonly curve: Curve
  readonly x: string
  readonly node: string
  readonly nonce: string
  readonly role: LeafRole
  readonly type: string
  readonly digest: string
  readonly sharedSecret: string
  readonly kind: 'event' | 'answer'
  readonly length: number
  readonly value: unknown
}

export function runDigest(input: DigestInput): Members {
  switch (input.of) {
    case 'message-digest':
      return { digest: messageDigest(input.message) }
    case 'node-id':
      return { node: nodeIdOf(input.identityKey, input.nextKeyHash) }
    case 'next-key-hash':
      return { nextKeyHash: nextKeyHashOf(input.identityKey) }
    case 'thumbprint':
      return { kid: keyThumbprint(input.curve, input.x) }
    case 'fingerprint':
      return { fingerprint: fingerprintOf(input.node) }
    case 'leaf-hash':
      return { leaf: leafHash(input.nonce, input.role, input.type, input.digest) }
    case 'content-key':
      return { key: deriveContentKey(Buffer.from(input.sharedSecret, 'hex')).toString('hex') }
    case 'bucket':
      return { size: plaintextSize(input.length, input.kind) }
    case 'canonical-json':
      return { canonical: canonicalJson(input.value) }
    case 'code-lists':
      return { digest: codeListsDigest }
    default:
      throw new Error(`nothing computes ${input.of}`)
  }
}

function plaintextSize(length: number, kind: 'event' | 'answer'): number {
  const { kid, x, publicKey } = keyPairFromSeed('X25519', new Uint8Array(32).fill(1))
  const buckets = kind === 'event' ? eventBuckets : answerBuckets
  const sealed = sealEnvelope('a'.repeat(length), { kid, key: x, publicKey }, buckets, seededRandom('bucket'))
  return parseCompactJwe(sealed).ciphertext.length
}

interface Party {
  readonly signing: { readonly x: string }
  readonly prekey: { readonly d: string }
}

export function runValidEnvelope(
  { envelope, from, to }: { readonly envelope: string; readonly from: string; readonly to: string },
  { given }: { readonly given: Readonly<Record<string, Party>> },
): Members {
  const { privateKey } = keyPairFromSeed('X25519', Buffer.from(given[to]?.prekey.d ?? '', 'base64url'))
  const parsed = parseCompactJwe(Buffer.from(envelope))
  const message = openEnvelope(parsed, privateKey)
  const key = importEd25519(given[from]?.signing.x ?? '')
  if (!verifyJws(parseCompactJws(message, jwsTypes), key)) throw new ExchangeError('signature-invalid')
  return { message, digest: messageDigest(message), bytes: message.length, padded: parsed.ciphertext.length }
}

interface PlainStep {
  readonly type: string
  readonly scope?: WithdrawalScope
  readonly purpose?: string
  readonly proposal?: string | null
  readonly answer?: string
  readonly reason?: string
}

type PlainEvent = Omit<ThreadEvent, 'body' | 'type'> & PlainStep

interface ThreadInput {
  readonly events: readonly PlainEvent[]
  readonly candidate?: PlainEvent
  readonly author?: Role
}

export function runThread(
  { events, candidate, author }: ThreadInput,
  { given }: { readonly given: { readonly steps: Readonly<Record<string, PlainStep>> } },
): Members {
  const set = events.map(eventFrom)
  if (candidate !== undefined) {
    if (!mayHaveSent(set, eventFrom(candidate))) throw new ExchangeError('transition-not-allowed')
    return {}
  }
  if (author !== undefined) return { steps: stepsOf(set, author, given.steps) }
  const outcome = outcomeOf(set)
  for (const other of [[...set].reverse(), [...set.slice(1), ...set.slice(0, 1)], [...set, ...set]]) {
    if (JSON.stringify(outcomeOf(other)) !== JSON.stringify(outcome))
      throw new Error('the order of arrival changes the outcome')
  }
  return outcome
}

/** The steps that an author who has seen everything can take, and the state after each. */
function stepsOf(events: readonly ThreadEvent[], role: Role, steps: Readonly<Record<string, PlainStep>>): Members {
  const lastOf = (wanted: boolean): ThreadEvent | undefined =>
    events
      .filter((event) => (event.role === role) === wanted)
      .toSorted((a, b) => a.n - b.n)
      .at(-1)
  const [own, other] = [lastOf(true), lastOf(false)]
  const place = {
    role,
    author: role,
    n: (own?.n ?? 0) + 1,
    prev: own?.digest ?? null,
    seen: other === undefined ? null : { n: other.n, digest: other.digest },
    digest: 'A'.repeat(43),
  }
  return Object.fromEntries(
    Object.entries(steps).flatMap(([name, step]) => {
      const candidate = eventFrom({ ...step, ...place })
      return mayHaveSent(events, candidate) ? [[name, foldThread([...events, candidate]).state]] : []
    }),
  )
}

function outcomeOf(events: readonly ThreadEvent[]): Members {
  const order = orderThread(events).map(({ digest }) => digest)
  const { state, grantEnded, narrowed, superseded } = foldThread(events)
  return { order, state, grantEnded, narrowed, superseded }
}

function eventFrom({ scope, purpose, proposal, answer, reason, ...event }: PlainEvent): ThreadEvent {
  const members = Object.entries({ scope, purpose, proposal, answer, reason }).filter(
    ([, member]) => member !== undefined,
  )
  // The schema of a body is not what these vectors are about.
  return { ...event, author: event.role, body: Object.fromEntries(members) } as ThreadEvent
}

export function runText({ text }: { readonly text: string }): Members {
  const findings = findIdentityData(text).filter(({ level }) => level === 'deny')
  if (findings.length === 0) return {}
  const told = findings.map(({ rule, start, end }) => `${rule} ${start}-${end}`)
  throw new ExchangeError('identity-found', { findings: told })
}
