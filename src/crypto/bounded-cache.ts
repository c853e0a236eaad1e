/** Keeps the most recently used entries, so that memory does not grow with the number of threads. */
export interface BoundedCache<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
}

/**
 * @param capacity most weight kept, at least 1
 * @param weigh weight of an entry; each weighs 1 unless given. One that weighs more than the capacity is not kept
 */
export function makeBoundedCache<K, V>(capacity: number, weigh: (value: V) => number = () => 1): BoundedCache<K, V> {
  // A Map iterates in order of insertion: the first key is the one that was not used for longest.
  const entries = new Map<K, V>()
  let weight = 0
  const remove = (key: K): void => {
    const value = entries.get(key)
    if (value === undefined) return
    entries.delete(key)
    weight -= weigh(value)
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      remove(key)
      entries.set(key, value)
      weight += weigh(value)
      for (const oldest of entries.keys()) {
        if (weight <= capacity) break
        remove(oldest)
      }
    },
    delete: remove,
  }
}
