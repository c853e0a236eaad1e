import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { Random } from '../../src/base/random.js'
import { newUuid } from '../../src/base/ids.js'
import { sealEnvelope, type PrekeyPublic } from '../../src/crypto/envelope.js'
import { createIdentity } from '../../src/crypto/identity-file.js'
import { nodeIdOf } from '../../src/crypto/node-id.js'
import { keyThumbprint } from '../../src/crypto/public-key.js'
import { makeSigner, type Signer } from '../../src/crypto/signer.js'
import { signFirstStatement } from '../../src/directory/key-statement.js'
import { logOrigin, suites } from '../../src/directory/own-card.js'
import { rulesetVersion } from '../../src/policy/identity/ruleset.js'
import type { PeerRow } from '../../src/store/rows.js'
import type { Card, Event } from '../../src/wire/generated/types.js'
import { eventBuckets } from '../../src/wire/limits.js'
import { testAgreementDigest } from '../support/agreements.js'
import { offerDraft } from '../support/drafts.js'

/** A paired node that exists only as keys and a card: enough to send events from. */
export interface Sender {
  readonly id: string
  readonly signer: Signer
  /** What the receiving node keeps of it. */
  readonly row: PeerRow
  readonly publicKey: JsonWebKey
  readonly prekey: JsonWebKey
}

const day = 86_400

export function makeSender(random: Random, nowSeconds: number, number: number): Sender {
  const identity = createIdentity(random)
  const id = nodeIdOf(identity.publicKey, identity.nextPublicKeyHash)
  const signing = generateKeyPairSync('ed25519')
  const signer = makeSigner(signing.privateKey)
  const prekey = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
  const raw = (key: KeyObject): string => key.export({ format: 'jwk' }).x ?? ''
  const statement = signFirstStatement(makeSigner(identity.privateKey), {
    nextKeyHash: identity.nextPublicKeyHash,
    issuedAt: nowSeconds,
    signing: [{ key: signer.publicKey, notBefore: nowSeconds - day, notAfter: nowSeconds + 365 * day }],
    witness: raw(generateKeyPairSync('ed25519').publicKey),
  })
  const about = {
    label: `Bench office ${number}, RO`,
    country: 'RO',
    organisation: `Bench office ${number}`,
    url: 'https://bench.example/',
  }
  const card: Card = {
    v: 1,
    node: id,
    seq: nowSeconds,
    iat: nowSeconds,
    exp: nowSeconds + 7 * day,
    ...about,
    mailboxes: [],
    prekeys: [{ key: prekey.x ?? '', notBefore: nowSeconds - day, notAfter: nowSeconds + 14 * day }],
    log: { origin: logOrigin(id), key: raw(generateKeyPairSync('ed25519').publicKey) },
    versions: [1],
    suites: [...suites],
  }
  const now = nowSeconds * 1000
  const row: PeerRow = {
    node: id,
    ...about,
    pinnedAddress: null,
    addedAt: now,
    suspendedAt: null,
    suspendedFor: null,
    statements: JSON.stringify([statement]),
    card: signer.sign('trm-card+jwt', card),
    cardSeq: card.seq,
    cardExp: card.exp,
    cardFetchedAt: now,
    agreementSuspendedByUs: null,
    agreementSuspendedByPeer: null,
    failures: 0,
    retryAt: 0,
  }
  return { id, signer, row, publicKey: signing.publicKey.export({ format: 'jwk' }), prekey }
}

/** A sealed referral.offer that opens a thread of its own: the dearest event there is. */
export function sealedOffer(
  sender: Sender,
  to: string,
  sealTo: PrekeyPublic,
  random: Random,
  nowSeconds: number,
): Uint8Array {
  const { referral, grant } = offerDraft(to)
  const thread = newUuid(random)
  const personCode = 'ABCD-EFGH'
  const grantId = newUuid(random)
  const event: Event = {
    v: 1,
    from: sender.id,
    to,
    id: newUuid(random),
    iat: nowSeconds,
    exp: nowSeconds + 30 * day,
    thread,
    n: 1,
    prev: null,
    seen: null,
    agreement: testAgreementDigest(sender.id, to),
    grant: grantId,
    ruleset: rulesetVersion,
    nonce: Buffer.from(random.bytes(32)).toString('base64url'),
    type: 'referral.offer',
    body: {
      referral: {
        ...referral,
        schemaVersion: 'trm-referral/1.0',
        referralId: thread,
        rootReferralId: thread,
        createdOn: '2026-11-22',
        respondBy: '2026-12-02',
        subject: { ...referral.subject, personCode },
      },
      grant: { ...grant, id: grantId, recipient: to, personCode },
    },
  }
  return sealEnvelope(sender.signer.sign('trm-event+jwt', event), sealTo, eventBuckets, random)
}

export function prekeyPublic(key: string, publicKey: KeyObject): PrekeyPublic {
  return { kid: keyThumbprint('X25519', key), key, publicKey }
}
