import type { FastifyRequest } from 'fastify'
import { ExchangeError } from '../base/errors.js'
import type { SchemaFault, Validator } from '../wire/generated/validators.js'
import { pointersOf } from '../wire/schema-faults.js'

/**
 * The body of a request as its schema says it is. Routes declare no schema to the framework: its validator would change
 * what it checks.
 *
 * @throws ExchangeError schema-invalid with a pointer to every fault
 */
export function bodyOf<T>(request: Pick<FastifyRequest, 'body' | 'misfits'>, validate: Validator<T>): T {
  const { body } = request
  if (validate(body)) return body
  request.misfits = validate.errors
  throw new ExchangeError('schema-invalid', { pointers: pointersOf(validate.errors) })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Faults of a body that does not fit: told in words to who sent it, and to nobody else. */
    misfits?: readonly SchemaFault[] | null | undefined
  }
}
