import { parseInvitationCode } from '../../src/directory/pairing/invitation-code.js'
import {
  commitmentOf,
  invitationMac,
  pairingDigits,
  parseDigits,
  type Transcript,
} from '../../src/directory/pairing/transcript.js'

type Members = Readonly<Record<string, unknown>>

type Asked =
  | { readonly of: 'code'; readonly typed: string }
  | ({ readonly of: 'commitment' } & Parameters<typeof commitmentOf>[0])
  | ({ readonly of: 'mac'; readonly secret: string } & Parameters<typeof invitationMac>[1])
  | ({ readonly of: 'digits' } & Transcript)
  | { readonly of: 'typed'; readonly digits: string; readonly typed: string }

/** Runs a vector of pairing.json. */
export function runPairing(asked: Asked): Members {
  switch (asked.of) {
    case 'code':
      return { code: parseInvitationCode(asked.typed) ?? null }
    case 'commitment':
      return { commitment: commitmentOf(asked) }
    case 'mac':
      return { mac: invitationMac(asked.secret, asked) }
    case 'digits':
      return { digits: pairingDigits(asked) }
    case 'typed':
      return { same: parseDigits(asked.typed) === asked.digits }
  }
}
