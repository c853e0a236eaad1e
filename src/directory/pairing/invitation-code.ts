import type { Random } from '../../base/random.js'

/** The twenty characters of an invitation (decision 0010), in their one canonical spelling. */
export interface InvitationCode {
  /** Eight characters: which invitation. Not secret. */
  readonly id: string
  /** Twelve characters, 60 bits. */
  readonly secret: string
}

/** Crockford base32: no I, L, O, U, so that nothing sounds or looks like something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const idLength = 8
const secretLength = 12
const canonical = /^[0-9A-HJKMNP-TV-Z]{20}$/
const groupPattern = /.{4}/g

/** A fresh code. */
export function makeInvitationCode(random: Random): InvitationCode {
  // 32 divides 256, so five bits of a byte are as uniform as the byte.
  const characters = Array.from(random.bytes(idLength + secretLength), (byte) => alphabet.charAt(byte % 32)).join('')
  return split(characters)
}

/** The code as people read it out: five groups of four. */
export function formatInvitationCode({ id, secret }: InvitationCode): string {
  return (`${id}${secret}`.match(groupPattern) ?? []).join('-')
}

/** Address and code as one text, to be copied. A browser that opens it does not send the code to anybody. */
export function invitationText(url: string, code: InvitationCode): string {
  return `${url}#${formatInvitationCode(code)}`
}

/**
 * Reads an invitation that a person typed or pasted: lower case, O for 0, I and L for 1, any blanks and dashes in the
 * code. Between address and code stands a `#` or a blank; an address without scheme is one of https.
 *
 * @returns the base URL as a URL parser writes it, and the code; undefined if it is no invitation
 */
export function parseInvitation(text: string): { readonly url: string; readonly code: InvitationCode } | undefined {
  const [, address, typed] = /^([^\s#]+)[\s#]+(.+)$/s.exec(text.trim()) ?? []
  if (address === undefined || typed === undefined) return undefined
  const code = parseInvitationCode(typed)
  const url = baseUrlOf(address)
  return code === undefined || url === undefined ? undefined : { url, code }
}

/** The code alone; undefined if it is none. */
export function parseInvitationCode(typed: string): InvitationCode | undefined {
  const characters = typed
    .replace(/[\s\p{Pd}\u2212]/gu, '')
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return canonical.test(characters) ? split(characters) : undefined
}

function split(characters: string): InvitationCode {
  return { id: characters.slice(0, idLength), secret: characters.slice(idLength) }
}

function baseUrlOf(address: string): string | undefined {
  const written = /^https?:\/\//i.test(address) ? address : `https://${address}`
  if (!URL.canParse(written)) return undefined
  const { origin, pathname, search, username, password } = new URL(written)
  // A node lives at the root of its origin; whatever else stands there was meant for something else.
  return pathname === '/' && search === '' && username === '' && password === '' ? `${origin}/` : undefined
}
