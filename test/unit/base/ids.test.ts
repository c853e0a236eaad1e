import t from 'tap'
import { newUuid } from '../../../src/base/ids.js'
import { systemRandom } from '../../../src/base/random.js'

t.test('a new id is a version 4 UUID', (t) => {
  t.match(newUuid(systemRandom), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.end()
})
