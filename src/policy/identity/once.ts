/** What `make` returns, made when it is first asked for: the lists of names and terms cost more than all else at start. */
export function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
