import type { CaseVault } from '../../wire/generated/types.js'

/** Stands where nobody wrote yet: no vault takes it. */
export const toWrite = 'to be written'

/** What offices usually know of a person; the names of members are their own. */
export const startingVault: CaseVault = {
  members: ['name', 'dateOfBirth', 'phone', 'address', 'documentNumber'].map((name) => ({ name, value: toWrite })),
}
