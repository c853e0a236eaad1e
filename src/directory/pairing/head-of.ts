import type { NodeDocument } from '../../wire/generated/types.js'
import { messageDigest } from '../../crypto/signer.js'

/** Digest of the latest key statement of a document. */
export function headOf({ statements }: Pick<NodeDocument, 'statements'>): string {
  return messageDigest(statements.at(-1) ?? '')
}

/** The same of the document that is kept with a pairing: it was valid against its schema when it was stored. */
export function shownHead({ document }: { readonly document: string }): string {
  return headOf(JSON.parse(document) as NodeDocument)
}
