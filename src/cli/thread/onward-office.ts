import type { ThreadView } from '../../wire/generated/types.js'
import { knownOffice } from '../known-office.js'

/** A node to which a thread goes on, or is to go on, by its name; its id where nothing is known of it. */
export function onwardOffice({ onwardNodes = [] }: Pick<ThreadView, 'onwardNodes'>, node: string): string {
  return knownOffice(onwardNodes.find((known) => known.node === node) ?? { node })
}
