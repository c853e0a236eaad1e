import { canonicalJson } from '../../wire/canonical-json.js'
import { secretMac } from '../../crypto/secret-mac.js'
import { sha256, sha256Text } from '../../crypto/sha256.js'

/** Keeps these hashes apart from all others of the protocol. */
const use = 'trm-pair/1'
const digitCount = 12

/**
 * Commitment to a nonce and to the chain of key statements of who commits, base64url (PROTOCOL 6). It names both nodes, so
 * that nobody can pass it on as its own, and the head, so that nobody tries chains until the digits are the wanted ones.
 *
 * @param facts `node` commits; `head` is the digest of its latest key statement
 */
export function commitmentOf(facts: {
  readonly node: string
  readonly peer: string
  readonly head: string
  readonly nonce: string
}): string {
  const { node, peer, head, nonce } = facts
  return sha256Text(canonicalJson({ use, node, peer, head, nonce }))
}

/**
 * What shows that the joining node knows the secret of the invitation, base64url (PROTOCOL 6).
 *
 * @param secret the twelve characters of the code; their ASCII bytes are the key
 */
export function invitationMac(
  secret: string,
  facts: {
    readonly invitation: string
    readonly inviter: string
    readonly joiner: string
    readonly commitment: string
  },
): string {
  const { invitation, inviter, joiner, commitment } = facts
  return secretMac(secret, canonicalJson({ use, invitation, inviter, joiner, commitment }))
}

/** Everything that both sides must have seen alike. Heads are digests of the latest key statements, nonces base64url. */
export interface Transcript {
  readonly inviter: string
  readonly inviterHead: string
  readonly inviterNonce: string
  readonly joiner: string
  readonly joinerHead: string
  readonly joinerNonce: string
  readonly secret: string
}

/** The twelve digits that two people read to each other, without blanks (PROTOCOL 6). */
export function pairingDigits(transcript: Transcript): string {
  const { inviter, inviterHead, inviterNonce, joiner, joinerHead, joinerNonce, secret } = transcript
  const text = canonicalJson({ use, inviter, inviterHead, inviterNonce, joiner, joinerHead, joinerNonce, secret })
  const number = Buffer.from(sha256(text)).readBigUInt64BE(0)
  return String(number % 10n ** BigInt(digitCount)).padStart(digitCount, '0')
}

/** `1234 5678 9012` */
export function formatDigits(digits: string): string {
  return (digits.match(/.{4}/g) ?? []).join(' ')
}

/** Digits as a person types them; undefined if they are not twelve. */
export function parseDigits(typed: string): string | undefined {
  const digits = typed.replace(/[\s\p{Pd}\u2212]/gu, '')
  return /^[0-9]{12}$/.test(digits) ? digits : undefined
}
