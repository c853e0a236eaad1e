import { refuses, type Refused, type Vector } from '../vector-file.js'

export const refusal = (code: string, reason?: string, member?: string): Refused => ({
  code,
  ...(reason === undefined ? {} : { reason }),
  ...(member === undefined ? {} : { member }),
  answer: 'envelope-refused',
})

export function query(comment: string, message: string, expect: Refused): Vector {
  return refuses(comment, { endpoint: 'query', message }, expect)
}
