/**
 * Text as a terminal may show it: characters that steer terminals or turn the direction of text become visible escapes.
 * Free text comes from other nodes.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_C}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}
