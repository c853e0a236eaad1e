/** Who reaches a listener: anybody who found the node's address, or the people and programs of the organisation. */
export type Zone = 'federation' | 'local'
