import { ExchangeError } from '../../base/errors.js'

/** A query parameter that is `true` or left out. @throws ExchangeError schema-invalid with a pointer to it */
export function flagOf(name: string, value: string | undefined): boolean {
  if (value !== undefined && value !== 'true') {
    throw new ExchangeError('schema-invalid', { pointers: [`/query/${name} enum`] })
  }
  return value === 'true'
}
