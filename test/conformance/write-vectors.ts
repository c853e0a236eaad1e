/** Writes federation/vectors/. Every byte is decided by labels and seeds: running it twice changes nothing. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'prettier'
import { repository } from '../codegen/schema-files.js'
import { makeCast } from './cast.js'
import type { VectorFile } from './vector-file.js'
import { agreementVectors } from './vectors/agreement-vectors.js'
import { base64urlVectors } from './vectors/base64url-vectors.js'
import { cardVectors } from './vectors/card-vectors.js'
import { chainVectors } from './vectors/chain-vectors.js'
import { consentVectors } from './vectors/consent-vectors.js'
import { contactVectors } from './vectors/contact-vectors.js'
import { digestVectors } from './vectors/digest-vectors.js'
import { directoryVectors } from './vectors/directory-vectors.js'
import { invalidEnvelopeVectors } from './vectors/invalid-envelope-vectors.js'
import { jsonVectors } from './vectors/json-vectors.js'
import { judgementVectors } from './vectors/judgement-vectors.js'
import { keyVectors } from './vectors/key-vectors.js'
import { messageVectors } from './vectors/message-vectors.js'
import { pairingVectors } from './vectors/pairing-vectors.js'
import { receiptVectors } from './vectors/receipt-vectors.js'
import { statementVectors } from './vectors/statement-vectors.js'
import { textVectors } from './vectors/text-vectors.js'
import { threadVectors } from './vectors/thread-vectors.js'
import { validEnvelopeVectors } from './vectors/valid-envelope-vectors.js'

export const vectorFolder = path.join(repository, 'federation', 'vectors')

/** Name and content of every file of federation/vectors. */
export function vectorFiles(): ReadonlyMap<string, VectorFile> {
  const cast = makeCast()
  return new Map([
    ['base64url.json', base64urlVectors()],
    ['json.json', jsonVectors()],
    ['keys.json', keyVectors()],
    ['digests.json', digestVectors(cast)],
    ['envelopes-valid.json', validEnvelopeVectors(cast)],
    ['envelopes-invalid.json', invalidEnvelopeVectors(cast)],
    ['messages-invalid.json', messageVectors(cast)],
    ['statements.json', statementVectors(cast)],
    ['chains.json', chainVectors(cast)],
    ['cards.json', cardVectors(cast)],
    ['receipts.json', receiptVectors(cast)],
    ['threads.json', threadVectors()],
    ['texts.json', textVectors()],
    ['judgements.json', judgementVectors(cast)],
    ['referrals.json', consentVectors(cast)],
    ['agreements.json', agreementVectors(cast)],
    ['pairing.json', pairingVectors(cast)],
    ['contacts.json', contactVectors(cast)],
    ['directory.json', directoryVectors(cast)],
  ])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [file, content] of vectorFiles()) {
    const text = await format(JSON.stringify(content), { parser: 'json', printWidth: 120 })
    writeFileSync(path.join(vectorFolder, file), text)
    console.log(`wrote ${file}: ${content.vectors.length} vectors, ${text.length} bytes`)
  }
}
