import { createHash } from 'node:crypto'

/**
 * The content key of direct ECDH-ES for A256GCM: Concat KDF with SHA-256 over the shared secret, `apu` and `apv` empty
 * (RFC 7518, 4.6.2). 256 bits are wanted and SHA-256 gives 256, so there is one round.
 */
export function deriveContentKey(sharedSecret: Uint8Array): Buffer {
  return createHash('sha256')
    .update(uint32(1))
    .update(sharedSecret)
    .update(uint32(algorithmId.length))
    .update(algorithmId)
    .update(uint32(0))
    .update(uint32(0))
    .update(uint32(256))
    .digest()
}

const algorithmId = 'A256GCM'

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
