/** A code as words a person can read: `dutyDesk` becomes `duty desk`. */
export function codeWords(code: string): string {
  return code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
