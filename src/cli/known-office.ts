import type { KnownNode } from '../wire/generated/types.js'

/** A node by the name that people know, with its id; the id and the country where no more is known. */
export function knownOffice({ node, label, organisation, country }: KnownNode): string {
  if (label !== undefined) return `${label} (${node})`
  const inCountry = country === undefined ? '' : `, ${country}`
  return organisation === undefined ? `${node}${inCountry}` : `${organisation}${inCountry}, by the directory (${node})`
}
