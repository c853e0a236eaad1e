/** How long an invitation works unless a person says otherwise, and at most, in hours (decision 0010). */
export const defaultInvitationHours = 1
export const maxInvitationHours = 168

/** How long two people have for comparing the digits after a node joined, in milliseconds. */
export const pairingLifeMs = 60 * 60_000

/**
 * Rows whose time is over stay this long, in milliseconds: whoever comes too late is told so, and not that there never was
 * such an invitation.
 */
export const keepEndedMs = 86_400_000
