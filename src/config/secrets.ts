/** What the node must know and nobody may see. Apart from Config, so that printing one can never print the other. */
export interface Secrets {
  /** Bytes of the credential file, as they are there. */
  readonly keyEncryptionKey: SecretBytes
}

/** Bytes that do not show in logs, errors, JSON or the debugger's print. */
export interface SecretBytes {
  /** The bytes themselves, not a copy: the one who uses them overwrites them. */
  reveal(): Uint8Array
  toString(): string
  toJSON(): string
}

export function secretBytes(bytes: Uint8Array): SecretBytes {
  const hidden = (): string => '[secret]'
  const secret = {
    reveal: () => bytes,
    toString: hidden,
    toJSON: hidden,
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  }
  return Object.freeze(secret)
}
