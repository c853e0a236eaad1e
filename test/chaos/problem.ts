/** Something that must not be, found in what the nodes hold at the end. */
export interface Problem {
  readonly kind:
    /** I1, I8: an event that was acknowledged, or sent, is not where it must be, or has no final receipt. */
    | 'lost'
    /** I2: one event, or one step of a thread, is there more than once. */
    | 'duplicate'
    /** I7: something that nobody asked for, or that was refused. */
    | 'phantom'
    /** I5: a receipt that does not verify, or that its giver does not hold with what it promises. */
    | 'receipt'
    /** I3: not exactly one leaf for each message and side. */
    | 'leaf'
    /** I6: a state that does not follow from the events, or another one on the other side. */
    | 'state'
    /** A row that does not fit its content, or a file that SQLite finds broken. */
    | 'damage'
  /** The event or thread that it is about. */
  readonly subject: string
  readonly what: string
}
