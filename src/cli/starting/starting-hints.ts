import type { AddCaseHintsRequest } from '../../wire/generated/types.js'

/** What most often shows that two cases are about one person. No schema takes an empty value: every other text it would take as the hint. */
export const startingHints: AddCaseHintsRequest = {
  hints: [
    { kind: 'documentNumber', value: '' },
    { kind: 'phone', value: '' },
  ],
}
