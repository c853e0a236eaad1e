import { parseInvitation, formatInvitationCode } from '../directory/pairing/invitation-code.js'
import { needsPin } from './needs-pin.js'
import type { CreatedInvitation, PairingView } from '../wire/generated/types.js'

/** An invitation as a person reads it out over the telephone. */
export function invitationLines({ invitation, expiresAt }: CreatedInvitation): readonly string[] {
  const read = parseInvitation(invitation)
  const code = read === undefined ? '' : formatInvitationCode(read.code)
  return [
    'Read this to the people of the other node, on a call that you know is with them:',
    '',
    `    address   ${read?.url ?? ''}`,
    `    code      ${code.replaceAll('-', '  ')}`,
    '',
    `It works once, for one node, until ${expiresAt}. They run:`,
    '',
    `    trm join ${invitation}${read !== undefined && needsPin(read.url) ? ' --pin' : ''}`,
    '',
  ]
}

/** Who is on the other side, by its own words, and the digits to read out. */
export function pairingText(pairing: PairingView): readonly string[] {
  return [
    '',
    `    label         ${pairing.label}`,
    `    organisation  ${pairing.organisation}, ${pairing.country}`,
    `    address       ${pairing.url}`,
    `    fingerprint   ${pairing.fingerprint}`,
    '',
    ...lookalikeLines(pairing),
    'Nobody checked this yet. Read these digits to the other side, and let them read theirs to you:',
    '',
    `    digits        ${pairing.digits}`,
    '',
  ]
}

/** The peers that a reader could take it for. */
export function lookalikeLines({ looksLike = [] }: PairingView): readonly string[] {
  return looksLike.map(({ node, label }) => `CAREFUL: its name looks like the one of your peer "${label}" (${node}).`)
}

/** How to go on with a pairing that waits. */
export function stepsToConfirm({ id, expiresAt, url }: PairingView, pin: boolean): readonly string[] {
  const isPinned = pin || needsPin(url)
  return [
    `Until ${expiresAt}, with the digits that the other side reads out:`,
    `  trm peer confirm ${id} --digits "0000 0000 0000"${isPinned ? ' --pin' : ''}`,
    ...(isPinned ? [`--pin: this node reaches ${url} although it is private. Only if that is their address.`] : []),
    `To give it up: trm peer cancel ${id}`,
  ]
}

/** Where the digits of this node stand for whoever closed the window. */
export const seeAgain = 'To see this and your own digits again: trm peer pairings'
