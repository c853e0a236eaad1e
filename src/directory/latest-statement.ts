import type { KeyStatement } from '../wire/generated/types.js'

/** The content of the last statement of a chain that is verified: the schema holds. */
export function latestStatement(chain: readonly string[]): KeyStatement {
  const payload = (chain.at(-1) ?? '').split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as KeyStatement
}
