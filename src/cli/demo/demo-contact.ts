import type { PublishContactRequest } from '../../wire/generated/types.js'
import { withDates } from './demo-dates.js'
import { readPackageJson } from './package-files.js'

/** The desks that a node of the demo publishes (federation/demo/contacts). */
export function readDemoContact(name: string, now: number): PublishContactRequest {
  // A file of this program, valid by its test.
  return withDates(
    readPackageJson('federation', 'demo', 'contacts', `${name.toLowerCase()}.json`),
    now,
  ) as PublishContactRequest
}
