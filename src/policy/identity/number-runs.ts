import type { Place } from './place.js'

/** Digits with at most a few separators between them. */
export interface NumberRun extends Place {
  /** As they stand, separators included. */
  readonly text: string
  /** The digits alone. */
  readonly digits: string
  /** The digits between separators. */
  readonly groups: readonly string[]
}

const close = /(?<![0-9])[0-9](?:[ ().\-/_]{0,2}[0-9])*/g
/** Every separator written with spaces around it: 66 - 90 - 67. */
const spaced = /(?<![0-9])[0-9]{1,4}(?: {1,2}([-/._|]) {1,2}[0-9]{1,4})(?: {1,2}\1 {1,2}[0-9]{1,4}){1,20}(?![0-9])/g
const loose = /(?<![0-9])[0-9](?:[ ,;:|*~+#=<>"'\\.()\-/_]{0,3}[0-9])*/g

const spacings = { close, spaced, loose }

/** The runs of a text in which dates are blanked out. `loose` allows more signs and more of them. */
export function numberRuns(
  digits: string,
  dates: readonly Place[],
  spacing: keyof typeof spacings,
): readonly NumberRun[] {
  const text = blankOut(digits, dates)
  return Array.from(text.matchAll(spacings[spacing]), ({ 0: run, index }) => ({
    start: index,
    end: index + run.length,
    text: run,
    digits: run.replace(/[^0-9]/g, ''),
    groups: run.split(/[^0-9]+/),
  }))
}

/** The same text with a sign in place of what stands at the places; they are in order. */
export function blankOut(text: string, places: readonly Place[]): string {
  const parts: string[] = []
  let at = 0
  for (const { start, end } of places) {
    if (start < at) continue
    parts.push(text.slice(at, start), '\u0000'.repeat(end - start))
    at = end
  }
  return parts.join('') + text.slice(at)
}
