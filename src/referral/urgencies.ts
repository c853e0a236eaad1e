import type { ThreadSummary } from '../wire/generated/types.js'

export type Urgency = ThreadSummary['urgency']

const places: Readonly<Record<Urgency, number>> = { immediate: 0, urgent: 1, standard: 2, planned: 3 }

/** Codes of urgency, the most pressing one first. */
export const urgencies: readonly string[] = Object.keys(places)
