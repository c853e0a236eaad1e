import { ExchangeError, type ProblemCode } from '../base/errors.js'
import { parseCompactJws, type CompactJws, type JwsType } from '../wire/compact.js'
import { parseStrictJson } from '../wire/strict-json.js'

/**
 * A statement, card or record as text, split and parsed; nothing is verified yet. One that is not even readable is as
 * invalid as one that does not verify: the codes of the parsers stay inside.
 *
 * @throws ExchangeError the code `unreadable`
 */
export function readSignedJson(
  text: string,
  typ: JwsType,
  unreadable: ProblemCode,
): { readonly jws: CompactJws; readonly value: unknown } {
  try {
    const jws = parseCompactJws(text, [typ])
    return { jws, value: parseStrictJson(jws.payload) }
  } catch (error) {
    throw new ExchangeError(unreadable, { member: 'jws' }, { cause: error })
  }
}
