import type { Random } from '../base/random.js'
import { sha256Text } from '../crypto/sha256.js'
import { leafHash } from '../log/leaf.js'
import type { EffectOf } from '../store/batch.js'
import { encodeBase64url } from '../wire/base64url.js'

/** What is logged of cases (PROTOCOL 8). */
export type LocalLeafType = 'case.read' | 'case.erased' | 'consent.recorded'

/**
 * A leaf for something that happened inside the node. Whoever has the nonce can show what the leaf stands for.
 *
 * @param subject what happened, in a text of fixed form
 */
export function localLeaf(
  random: Random,
  type: LocalLeafType,
  { subject, at }: { readonly subject: string; readonly at: number },
): { readonly nonce: string; readonly effect: EffectOf<'insertLeaf'> } {
  const nonce = encodeBase64url(random.bytes(32))
  return { nonce, effect: { do: 'insertLeaf', hash: leafHash(nonce, 'local', type, sha256Text(subject)), at } }
}
