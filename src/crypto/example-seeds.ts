import { ExchangeError } from '../base/errors.js'
import { decodeBase64url } from '../wire/base64url.js'
import { parseStrictJson } from '../wire/strict-json.js'
import { isExampleKey } from './example-keys.js'
import type { IdentitySeeds } from './identity-file.js'
import type { NodeKeySeeds } from './node-keys.js'
import { keyPairFromSeed } from './private-key.js'

/** What a demo node is made from. */
export interface ExampleSeeds {
  readonly identity: IdentitySeeds
  readonly node: NodeKeySeeds
}

/**
 * Reads one file of keys.example/ (a JSON Web Key Set with a `job` in each key). Takes example keys and no others, so
 * that no real private key ever enters a node this way.
 *
 * @throws ExchangeError key-missing with the job, json-refused
 */
export function parseExampleSeeds(text: string): ExampleSeeds {
  const keys = readKeys(text)
  return {
    identity: { identity: seedFor(keys, 'identity'), next: seedFor(keys, 'next-identity') },
    node: {
      signing: seedFor(keys, 'signing'),
      log: seedFor(keys, 'log'),
      witness: seedFor(keys, 'witness'),
      api: seedFor(keys, 'api'),
    },
  }
}

function readKeys(text: string): readonly unknown[] {
  const set = parseStrictJson(Buffer.from(text))
  return isObject(set) && Array.isArray(set['keys']) ? set['keys'] : []
}

function seedFor(keys: readonly unknown[], job: string): Uint8Array {
  const jwk = keys.filter(isObject).find((key) => key['job'] === job)
  const seed = typeof jwk?.['d'] === 'string' ? decodeBase64url(jwk['d']) : undefined
  if (seed?.length !== 32 || !isExampleKey(keyPairFromSeed('Ed25519', seed).kid)) {
    throw new ExchangeError('key-missing', { job })
  }
  return seed
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
