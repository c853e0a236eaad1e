/** What is remembered of pure functions: what was found before `keep` for good, the rest until `forget`. */
export interface SeedMemory {
  readonly makeMap: <V>() => SeedMap<V>
  keep(): void
  forget(): void
}

export type SeedMap<V> = Pick<Map<string, V>, 'get' | 'set' | 'delete'>

/** A seed tells nothing to the next one but what is true for all of them, so that any number of seeds fits. */
export function makeSeedMemory(): SeedMemory {
  const keepers: (() => void)[] = []
  const forgetters: (() => void)[] = []
  return {
    makeMap<V>(): SeedMap<V> {
      const kept = new Map<string, V>()
      let recent: Map<string, V> = kept
      keepers.push(() => {
        recent = new Map<string, V>()
      })
      forgetters.push(() => {
        recent.clear()
      })
      return {
        get: (key) => kept.get(key) ?? recent.get(key),
        set: (key, value) => recent.set(key, value),
        delete: (key) => recent.delete(key),
      }
    },
    keep() {
      for (const keep of keepers) keep()
    },
    forget() {
      for (const forget of forgetters) forget()
    },
  }
}
