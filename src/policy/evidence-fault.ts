import type { Refusal } from './refusal.js'

/** SHA-256 of no bytes at all, base64url. */
const ofNothing = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'

/** Evidence has to be the hash of a paper or a recording: an empty file shows no consent. Asked where a person writes a consent, not of a peer's. */
export function evidenceFaults(
  { evidence }: { readonly evidence?: string | undefined },
  pointer: string,
): readonly Refusal[] {
  return evidence === ofNothing ? [{ code: 'evidence-of-nothing', details: { pointers: [pointer] } }] : []
}
