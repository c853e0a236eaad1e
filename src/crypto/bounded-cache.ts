/** Keeps the most recently used entries, so that memory does not grow with the number of threads. */
export interface BoundedCache<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
}

/** @param capacity most entries kept, at least 1 */
export function makeBoundedCache<K, V>(capacity: number): BoundedCache<K, V> {
  // A Map iterates in order of insertion: the first key is the one that was not used for longest.
  const entries = new Map<K, V>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      const oldest = entries.keys().next()
      if (entries.size > capacity && oldest.done !== true) entries.delete(oldest.value)
    },
    delete(key) {
      entries.delete(key)
    },
  }
}
