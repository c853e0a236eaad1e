/**
 * Whether a signature that `author` made at `at` (seconds) with the signing key `kid` counts on what is held, by the key statements
 * that this node goes by now (PROTOCOL 1.5). The answer changes when a key turns out to have been stolen.
 */
export type SignatureCounts = (author: string, kid: string, at: number) => boolean
