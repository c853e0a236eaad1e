/** Calls `run` once, soon, but only after the input that is ready now was handled. Never in the same call. */
export type Defer = (run: () => void) => void

export const systemDefer: Defer = (run) => {
  setImmediate(run)
}
