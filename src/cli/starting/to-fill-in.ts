/** Stands in a starting file where only a person can know: no schema takes it, so that nothing is claimed that nobody said. */
export const toFillIn = 'TO FILL IN'

/** The members of a file, each as it will be or to be filled in. */
export type StartingMembers<T> = { readonly [Member in keyof T]: Starting<T[Member]> }

/** A value as it will be, or to be filled in, at any place. */
export type Starting<T> =
  T | typeof toFillIn | (T extends readonly unknown[] ? never : T extends object ? StartingMembers<T> : never)
