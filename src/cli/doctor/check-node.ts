import { systemClock, toDay, toSeconds, toTimestamp } from '../../base/clock.js'
import type { NodeView } from '../../wire/generated/types.js'
import { maxCardLifeSeconds } from '../../wire/limits.js'
import type { Finding } from './finding.js'

/** A card is renewed daily: one of this age says that the upkeep does not work. */
const oldCardSeconds = 2 * 86_400
/** Sequences follow the clock; one that is further ahead was signed while the clock showed a later time. */
const aheadSeconds = 300

/** The opened node: who it is, its card, its prekeys, its clock, what waits. */
export function checkNode({ id, fingerprint, cardExp, cardSeq, prekeys, waiting }: NodeView): readonly Finding[] {
  const nowMs = systemClock.now()
  return [
    { level: 'ok', check: 'node', message: `is ${id} (${fingerprint})` },
    checkCard(cardExp, nowMs),
    prekeys > 0
      ? { level: 'ok', check: 'prekeys', message: `in use: ${prekeys}` }
      : { level: 'fail', check: 'prekeys', message: 'are all too old: nobody can write to us', mend: 'trm serve' },
    ...(cardSeq > toSeconds(nowMs) + aheadSeconds ? [clockWentBack(cardSeq)] : []),
    { level: 'ok', check: 'outbox', message: `holds ${waiting} waiting events` },
  ]
}

/** Times of the API sort as text. */
function checkCard(cardExp: string, nowMs: number): Finding {
  const check = 'card'
  const until = cardExp.slice(0, 10)
  if (cardExp <= toTimestamp(nowMs)) {
    return { level: 'fail', check, message: `ended on ${until}: peers cannot write to us`, mend: 'trm serve' }
  }
  if (cardExp < toTimestamp(nowMs + (maxCardLifeSeconds - oldCardSeconds) * 1000)) {
    return { level: 'warn', check, message: `was not renewed for days and ends on ${until}`, mend: 'trm serve' }
  }
  return { level: 'ok', check, message: `is valid until ${until}` }
}

function clockWentBack(cardSeq: number): Finding {
  const message = `is behind ${toDay(cardSeq * 1000)}, when this node signed a card`
  return { level: 'fail', check: 'clock', message, mend: 'timedatectl set-ntp true' }
}
