/** A text that must not be anywhere, and what to call it in a report. */
export interface Canary {
  readonly name: string
  readonly text: string
}

interface Needle {
  readonly name: string
  readonly bytes: Buffer
}

/** Looks for canaries in bytes, as they are and as the usual encodings write them. */
export class CanaryScanner {
  readonly #needles: readonly Needle[]

  constructor(canaries: readonly Canary[]) {
    this.#needles = canaries.flatMap(({ name, text }) =>
      [...encodingsOf(text)].map(([encoding, bytes]) => ({ name: `${name} as ${encoding}`, bytes })),
    )
  }

  /** The names of what is found. */
  find(haystack: string | Uint8Array): readonly string[] {
    const bytes = Buffer.from(haystack)
    return this.#needles.filter((needle) => bytes.includes(needle.bytes)).map(({ name }) => name)
  }
}

/** A text in every form in which bytes are usually written down. */
export function encodingsOf(text: string): ReadonlyMap<string, Buffer> {
  const utf8 = Buffer.from(text)
  const forms = new Map<string, Buffer>([
    ['UTF-8', utf8],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
    ['UTF-16BE', Buffer.from(text, 'utf16le').swap16()],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['upper case hex', Buffer.from(utf8.toString('hex').toUpperCase())],
    ['reversed', Buffer.from(utf8).reverse()],
  ])
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const offset of [0, 1, 2] as const) forms.set(`${encoding} at ${offset}`, insideBase64(utf8, encoding, offset))
  }
  return forms
}

/** The characters that bytes become inside a longer base64 text, whatever stands before and after them. */
function insideBase64(bytes: Uint8Array, encoding: 'base64' | 'base64url', offset: 0 | 1 | 2): Buffer {
  const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).toString(encoding)
  const first = Math.ceil((offset * 8) / 6)
  const end = Math.floor(((offset + bytes.length) * 8) / 6)
  return Buffer.from(text.slice(first, end))
}
