declare const proof: unique symbol

/** T, plus evidence that stage P has run on it. Only the module that runs P may mint it. */
export type Proven<T, P extends string> = T & { readonly [proof]: { readonly [K in P]: true } }

/** Mints the evidence. The one place of the code base with this cast; called only by the module that runs stage P. */
export function proven<P extends string, T>(value: T): Proven<T, P> {
  return value as Proven<T, P>
}
