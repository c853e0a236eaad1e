import type { Query, Reply } from '../../wire/generated/types.js'

type DirectoryType = Extract<Query['type'], `directory.${string}`>
type QuestionsByType = { readonly [Q in Query as Q['type']]: Pick<Q, 'type' | 'body'> }
type AnswersByType = { readonly [R in Reply as R['type']]: R['body'] }

/** What one node asks another about its directory (PROTOCOL 7). */
export type DirectoryQuestion = QuestionsByType[DirectoryType]

export type DirectoryAnswer<Type extends DirectoryType> = AnswersByType[Type]

/** Asks a peer one of them. @throws ExchangeError where no right answer came */
export type AskDirectory = <Type extends DirectoryType>(
  peer: string,
  question: Extract<DirectoryQuestion, { readonly type: Type }>,
) => Promise<DirectoryAnswer<Type>>

/** Most entries in one answer: 24 bytes each, in base64url within the limit of the schema. */
export const maxEntriesPerPage = 4096
/** Most records in one answer. */
export const maxRecordsPerPage = 200
/** Most characters of records in one answer as JSON: as a signed reply it stays below the bucket of 256 KiB. */
export const maxRecordCharactersPerPage = 190_000

export const entryBytes = 24
export const recordKeyBytes = 12

/** Hex texts of equal length as one base64url text. */
export function packHex(items: readonly string[]): string {
  return Buffer.from(items.join(''), 'hex').toString('base64url')
}

/** The reverse; undefined where the bytes are no whole number of items. */
export function unpackHex(text: string, itemBytes: number): readonly string[] | undefined {
  const hex = Buffer.from(text, 'base64url').toString('hex')
  if (hex.length % (itemBytes * 2) !== 0) return undefined
  return Array.from({ length: hex.length / (itemBytes * 2) }, (_, at) =>
    hex.slice(at * itemBytes * 2, (at + 1) * itemBytes * 2),
  )
}
