import type { ProblemCode } from '../base/errors.js'

const sentences: Partial<Readonly<Record<ProblemCode, string>>> = {
  'peer-address-refused':
    'A private or loopback address is reached only if you say so: add --pin if you mean exactly this host.',
  'peer-refused-envelope':
    'Have they added this node? They need: trm peer add OUR-URL --id OUR-ID (trm doctor shows both).',
  'node-id-mismatch':
    'Ask the people of that node for its id again, on a way you trust. Do not just take the id that answers.',
  'peer-unreachable': 'Nothing answers there: check address and port, and that their node runs.',
  'peer-timeout': 'Something is there but did not answer in time: try again, then ask the people of that node.',
  'peer-known': 'It is in the list already: trm peer list',
  'peer-unknown': 'See who is there: trm peer list. A new one: trm peer add URL --id NODEID',
  'transition-not-allowed':
    'The state of the referral, or your part in it, does not allow this step: trm referral show THREAD',
  'signing-key-ended': 'The signing key of this node has ended: peers would refuse whatever it signs.',
  'identity-found': 'Take the passage out and send again. Names are not detected: read the text yourself as well.',
}

/** What a person can do about a problem that the node told; undefined where its title says it all. */
export function wayOutOf(code: string): string | undefined {
  return Object.hasOwn(sentences, code) ? sentences[code as ProblemCode] : undefined
}
