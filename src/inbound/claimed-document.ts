import type { KeyObject } from 'node:crypto'
import { importEd25519, keyThumbprint } from '../crypto/public-key.js'
import type { NodeDocument } from '../wire/generated/types.js'

/** What a document says of itself before any of it was verified. */
export interface ClaimedDocument {
  /** What verifying it costs, in units of about a millisecond: each key that has to be imported, and the signatures. */
  readonly cost: number
  /** The signing key with this kid that its last statement lists. @throws ExchangeError key-unsafe */
  signingKey(kid: string): KeyObject | undefined
}

/** A signature is checked in a fraction of the time in which a key is. */
const costOfSignature = 0.2

/** Reads a document that is valid against its schema without checking any key or signature. */
export function readClaimedDocument({ statements, card }: NodeDocument): ClaimedDocument {
  const payloads = statements.map(payloadOf)
  const listed = listOf(payloads.at(-1), 'signing').flatMap((entry) => textOf(entry, 'key') ?? [])
  const others = [...listOf(payloadOf(card), 'prekeys').map((entry) => textOf(entry, 'key')), 'witness', 'log']
  const keys = new Set([...payloads.map((payload) => textOf(payload, 'identityKey')), ...listed, ...others])
  return {
    cost: Math.ceil(keys.size + costOfSignature * statements.length),
    signingKey(kid) {
      const key = listed.find((text) => keyThumbprint('Ed25519', text) === kid)
      return key === undefined ? undefined : importEd25519(key)
    },
  }
}

/** Undefined for what is none: verifying it comes to an end there. */
function payloadOf(jws: string): unknown {
  try {
    return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString())
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.entries(value).find(([member]) => member === name)?.[1]
}

function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : undefined
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name)
  return Array.isArray(member) ? member : []
}
