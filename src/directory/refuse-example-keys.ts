import { ExchangeError } from '../base/errors.js'
import { isExampleKey } from '../crypto/example-keys.js'
import { keyThumbprint } from '../crypto/public-key.js'
import type { VerifiedNode } from './node-document.js'

/** The keys of keys.example are public: who uses one could be anybody. @throws ExchangeError example-key-refused */
export function refuseExampleKeys({ statements, card }: VerifiedNode): void {
  const { identityKey, signingKeys } = statements
  const kids = [keyThumbprint('Ed25519', identityKey), ...signingKeys.map(({ kid }) => kid)]
  if (kids.some(isExampleKey)) throw new ExchangeError('example-key-refused', { peer: card.node })
}
