import { ExchangeError } from '../base/errors.js'
import { secretMac } from '../crypto/secret-mac.js'
import type { AddCaseHintsRequest, CaseLikeness } from '../wire/generated/types.js'
import { encodeBase64url } from '../wire/base64url.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeCase } from './change-case.js'
import { loadCase } from './load-case.js'

type Hint = AddCaseHintsRequest['hints'][number]

/** Name of the secret of this node under which hints are hashed; it never leaves the node. */
const secretName = 'hint-secret'
const secretLabel = 'meta|hint-secret'

/**
 * Keeps a keyed hash of each hint, and tells which other cases have one of them. Nothing is merged, and nobody without
 * the secret of this node can find out what was hashed.
 *
 * @throws ExchangeError of changeCase
 */
export async function addHints(deps: CaseDeps, call: CaseCall, hints: readonly Hint[]): Promise<CaseLikeness> {
  const secret = await hintSecret(deps)
  const { row } = await loadCase(deps, call.name)
  const hashed = hints.map(({ kind, value }) => ({ kind, hash: secretMac(secret, `${kind}|${normalised(value)}`) }))
  const alongside = hashed.map(({ hash }) => ({ do: 'insertCaseHint', row: { caseId: row.id, hash } }) as const)
  await changeCase(deps, call, () => ({ alongside }))
  const alike = new Map<string, CaseLikeness['looksLike'][number]>()
  for (const { kind, hash } of hashed) {
    for (const { id, code } of await deps.store.casesWithHint(hash)) {
      if (id === row.id || code === null) continue
      const kinds = new Set([...(alike.get(id)?.kinds ?? []), kind])
      alike.set(id, { case: id, code, kinds: [...kinds] })
    }
  }
  return { looksLike: [...alike.values()].slice(0, 50) }
}

/** Without spaces, marks, capitals and accents: people write one thing in many ways. */
export function normalised(value: string): string {
  return value
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

async function hintSecret({ store, keys, random }: Pick<CaseDeps, 'store' | 'keys' | 'random'>): Promise<string> {
  const key = keys.dataKey('node')
  if (key === undefined) throw new ExchangeError('key-missing', { key: 'node' })
  const stored = await store.readMeta(secretName)
  if (stored !== undefined) return Buffer.from(key.decrypt(Buffer.from(stored, 'base64url'), secretLabel)).toString()
  const secret = encodeBase64url(random.bytes(32))
  const value = encodeBase64url(key.encrypt(Buffer.from(secret), secretLabel))
  const result = await store.commit([{ do: 'setMeta', name: secretName, value, expect: null }])
  // Somebody else made it meanwhile.
  return result.ok ? secret : hintSecret({ store, keys, random })
}
