import type { AlarmView } from '../wire/generated/types.js'
import { validatePeerList } from '../wire/generated/validators.js'
import { fingerprintOf } from '../directory/fingerprint.js'
import type { LocalApi } from './local-api.js'
import { dutyOf, undeliveredDuty } from './alarm-duties.js'
import type { AlarmHelp } from './alarm-help.js'
import { dueText } from './due-lines.js'
import { minuteOf } from './minute-of.js'
import { shortThread } from './resolve-thread.js'
import { columns, table } from './table.js'
import { wayOutOf } from './way-out.js'

/** Labels of peers by their ids; empty where they cannot be read. */
export type PeerLabels = ReadonlyMap<string, string>

export async function peerLabels(api: LocalApi): Promise<PeerLabels> {
  const answer = await api.ask({ method: 'GET', path: '/api/v1/peers?removed=true', answer: validatePeerList })
  return new Map(answer.ok ? answer.body.peers.map(({ id, label }) => [id, label] as const) : [])
}

/** Alarms as a table; ids as people type them. */
export function alarmTable(alarms: readonly AlarmView[], labels: PeerLabels): readonly string[] {
  return table(
    ['ID', 'SINCE', 'WHAT', 'NODE', 'THREAD', 'URGENCY', 'SEEN BY'],
    alarms.map(({ id, at, code, title, node, thread, urgency, acknowledgedBy }) => [
      id.slice(0, 8),
      minuteOf(at),
      `${title} (${code})`,
      nodeText(node, labels),
      thread === undefined ? '-' : shortThread(thread),
      urgency ?? '-',
      acknowledgedBy ?? 'open',
    ]),
  )
}

/** One alarm with its whole ids, whom to call, what is owed, and what to do. */
export function alarmText(alarm: AlarmView, labels: PeerLabels, help: AlarmHelp): readonly string[] {
  const { id, at, code, title, node, thread, urgency, role, acknowledgedAt, acknowledgedBy } = alarm
  const { contact, isWaiting, owed } = help
  const duty = dutyOf(code, role) ?? wayOutOf(code, role)
  const wayOut = [...(isWaiting ? [undeliveredDuty] : []), ...(duty === undefined ? [] : [duty])]
    .join('\n')
    .replaceAll(/\bTHREAD\b/g, thread === undefined ? 'THREAD' : shortThread(thread))
    // Another place is to be found by who reads it.
    .replaceAll(/(?<!--to )\b(?:PEER|NODE)\b/g, node ?? 'PEER')
  return [
    ...columns([
      ['alarm', id],
      ['what', `${title} (${code})`],
      ['since', minuteOf(at)],
      ['node', node === undefined ? 'this node' : `${nodeText(node, labels)} (${node})`],
      ...(thread === undefined ? [] : [['thread', thread]]),
      ...(role === undefined ? [] : [['your part', role]]),
      ...(urgency === undefined ? [] : [['urgency of the referral', urgency]]),
      ...(contact === undefined ? [] : [['to call', contact]]),
      [
        'seen',
        acknowledgedAt === undefined ? 'by nobody yet' : `by ${acknowledgedBy ?? '-'}, ${minuteOf(acknowledgedAt)}`,
      ],
    ]),
    ...(owed.length === 0 ? [] : ['', 'Owed', ...dueText(owed).map((line) => `  ${line}`.trimEnd())]),
    '',
    ...(wayOut === '' ? [] : wayOut.split('\n')),
    ...(thread === undefined ? [] : [`trm referral show ${shortThread(thread)}`]),
    ...(acknowledgedAt === undefined ? [`Once it was looked after: trm alarm acknowledge ${id.slice(0, 8)}`] : []),
  ]
}

function nodeText(node: string | undefined, labels: PeerLabels): string {
  return node === undefined ? 'this node' : (labels.get(node) ?? fingerprintOf(node))
}
