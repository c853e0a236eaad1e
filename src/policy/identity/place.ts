/** A place in the folded text. */
export interface Place {
  readonly start: number
  readonly end: number
}
