import { systemClock, toDay, toSeconds } from '../../base/clock.js'
import type { NodeView } from '../../wire/generated/types.js'
import { maxCardLifeSeconds } from '../../wire/limits.js'
import type { Finding } from './finding.js'

const daySeconds = 86_400
/** A card is renewed daily: one of this age says that the upkeep does not work. */
const oldCardSeconds = 2 * daySeconds
/** Sequences follow the clock; one that is further ahead was signed while the clock showed a later time. */
const aheadSeconds = 300

/** The opened node: who it is, its card, its prekeys, its clock, what waits. */
export function checkNode({ id, fingerprint, cardExp, cardSeq, prekeys, waiting }: NodeView): readonly Finding[] {
  const now = toSeconds(systemClock.now())
  return [
    { level: 'ok', check: 'node', message: `is ${id} (${fingerprint})` },
    checkCard(cardExp, now),
    prekeys > 0
      ? { level: 'ok', check: 'prekeys', message: `in use: ${prekeys}` }
      : { level: 'fail', check: 'prekeys', message: 'are all too old: nobody can write to us', mend: 'trm serve' },
    ...(cardSeq > now + aheadSeconds ? [clockWentBack(cardSeq)] : []),
    { level: 'ok', check: 'outbox', message: `holds ${waiting} waiting events` },
  ]
}

function checkCard(cardExp: string, now: number): Finding {
  const left = toSeconds(Date_parse(cardExp)) - now
  const check = 'card'
  if (left <= 0) return { level: 'fail', check, message: 'has ended: peers cannot write to us', mend: 'trm serve' }
  const days = Math.floor(left / daySeconds)
  if (left < maxCardLifeSeconds - oldCardSeconds) {
    return { level: 'warn', check, message: `was not renewed for days and ends in ${days}`, mend: 'trm serve' }
  }
  return { level: 'ok', check, message: `is valid for ${days} days more` }
}

function clockWentBack(cardSeq: number): Finding {
  const message = `is behind ${toDay(cardSeq * 1000)}, when this node signed a card`
  return { level: 'fail', check: 'clock', message, mend: 'timedatectl set-ntp true' }
}
