import { day, now, type CastNode, type Json } from '../cast.js'
import { accepts, refuses, type Vector } from '../vector-file.js'
import { contactOf, exampleDesk } from './contact-record.js'

/** Vectors of contacts.json about what desks say. `now` is a Sunday, 2026-11-22, 09:30 UTC. */
export function deskVectors(ro: CastNode): readonly Vector[] {
  return [...rules(), ...freshness(), ...competence(ro), ...languages(), ...hours()]
}

const withHours = (change: Json): Json => ({ ...exampleDesk, hours: { ...exampleDesk.hours, ...change } })
const range = (opens: string, closes: string): Json => ({ days: ['MO'], opens, closes })

function rules(): readonly Vector[] {
  const tell = (comment: string, desks: readonly Json[], ...codes: readonly string[]): Vector =>
    accepts(comment, { of: 'desks', desks, at: now }, { codes })
  const desk = (change: Json): Json => ({ ...exampleDesk, ...change })
  const mailbox = (comment: string, email: string, ...codes: readonly string[]): Vector =>
    tell(`${comment}: ${email}`, [desk({ email })], ...codes)
  return [
    tell('a good desk', [exampleDesk]),
    tell('two desks', [exampleDesk, desk({ desk: 'legal-desk' })]),
    tell('no service', [desk({ services: [] })], 'desk-without-service'),
    tell('no referral type', [desk({ referralTypes: [] })], 'desk-without-service'),
    tell('neither of them is one fault', [desk({ services: [], referralTypes: [] })], 'desk-without-service'),
    tell('no group, no country, no SOP', [desk({ targetGroups: [], countriesServed: [], sops: [] })]),
    mailbox('a word of the list', 'office@centre.example'),
    mailbox('in another language', 'beratung@centre.example'),
    mailbox('between separators', 'ro.office-2@centre.example'),
    mailbox('a long word within another one', 'schutzberatungen@centre.example'),
    mailbox('a short word within another one is none', 'bernadetina@centre.example', 'contact-personal'),
    mailbox('a word in the domain only', 'nn@office.example', 'contact-personal'),
    mailbox('no word', 'first.family@centre.example', 'contact-personal'),
    tell('one desk name twice', [exampleDesk, exampleDesk], 'contact-invalid'),
    tell('hours that end when they begin', [withHours({ open: [range('08:00', '08:00')] })], 'contact-invalid'),
    tell('hours over midnight', [withHours({ open: [range('22:00', '06:00')] })], 'contact-invalid'),
    tell('hours until the end of the day', [withHours({ open: [range('22:00', '24:00')] })]),
    tell(
      'each such range',
      [withHours({ open: [range('22:00', '06:00'), range('09:00', '08:00')] })],
      'contact-invalid',
      'contact-invalid',
    ),
    tell('no hours', [withHours({ open: [] })]),
    tell('always', [withHours({ always: true, open: [] })]),
    tell('hours beside always', [withHours({ always: true })], 'contact-invalid'),
    tell('a time zone that nobody knows', [withHours({ timeZone: 'Europe/Nowhere' })], 'contact-invalid'),
    tell('UTC', [withHours({ timeZone: 'UTC' })]),
    tell('checked tomorrow: it may be tomorrow there', [desk({ checkedOn: '2026-11-23' })]),
    tell('checked the day after', [desk({ checkedOn: '2026-11-24' })], 'contact-invalid'),
    tell('checked long ago is no fault', [desk({ checkedOn: '2020-01-01' })]),
    tell(
      'several faults',
      [desk({ services: [], email: 'nn@office.example', checkedOn: '2027-01-01' })],
      'desk-without-service',
      'contact-personal',
      'contact-invalid',
    ),
  ]
}

const today = Date.UTC(2026, 10, 22)

/** The day that many days before the 22nd of November 2026. */
function daysAgo(days: number): string {
  return new Date(today - days * day * 1000).toISOString().slice(0, 10)
}

function freshness(): readonly Vector[] {
  const tell = (comment: string, change: Json, state: string, more: Json = {}): Vector => {
    const desk = { capacity: 'open', checkedOn: daysAgo(2), isEmergency: false, ...change }
    const record = { iat: now - day, exp: now + day, ...(more['record'] as Json | undefined) }
    return accepts(comment, { of: 'freshness', record, desk, at: more['at'] ?? now }, { state })
  }
  const midnight = today / 1000
  const old = { record: { iat: now - 80 * day } }
  return [
    tell('checked lately', {}, 'fresh'),
    tell('little room is room', { capacity: 'limited' }, 'fresh'),
    tell('ninety days', { checkedOn: daysAgo(90) }, 'fresh', old),
    tell('ninety-one days', { checkedOn: daysAgo(91) }, 'stale', old),
    tell('an emergency desk, thirty days', { checkedOn: daysAgo(30), isEmergency: true }, 'fresh'),
    tell('an emergency desk, thirty-one days', { checkedOn: daysAgo(31), isEmergency: true }, 'stale'),
    tell('another desk, thirty-one days', { checkedOn: daysAgo(31) }, 'fresh'),
    tell('the last second of the ninetieth day', { checkedOn: daysAgo(91) }, 'fresh', { ...old, at: midnight - 1 }),
    tell('the first second after it', { checkedOn: daysAgo(91) }, 'stale', { ...old, at: midnight }),
    tell('the record has ended', {}, 'stale', { record: { exp: now } }),
    tell('the last second of the record', {}, 'fresh', { record: { exp: now + 1 } }),
    tell('closed', { capacity: 'closed' }, 'closed'),
    tell('closed, and not checked for a year', { capacity: 'closed', checkedOn: daysAgo(365) }, 'closed', old),
    tell('closed, in a record that has ended', { capacity: 'closed' }, 'stale', { record: { exp: now } }),
    tell('a check in the future counts as the day after the signature', { checkedOn: '2030-01-01' }, 'stale', {
      record: { iat: midnight - 92 * day },
    }),
    tell('the day after the signature is ninety days ago', { checkedOn: '2030-01-01' }, 'fresh', {
      record: { iat: midnight - 91 * day },
    }),
    tell('the last second of the day of that signature', { checkedOn: '2030-01-01' }, 'stale', {
      record: { iat: midnight - 91 * day - 1 },
    }),
  ]
}

function competence(ro: CastNode): readonly Vector[] {
  const input = (change: Json = {}, more: Json = {}): Json => ({
    of: 'desk',
    record: { ...contactOf(ro), desks: [{ ...exampleDesk, ...change }] },
    desk: 'duty-desk',
    referralType: 'caseReferral',
    at: now,
    ...more,
  })
  return [
    accepts('a desk that handles it', input()),
    refuses('no such record', input({}, { record: null }), 'desk-not-found'),
    refuses('no such desk', input({}, { desk: 'legal-desk' }), 'desk-not-found'),
    refuses('a type that it does not handle', input({}, { referralType: 'returnOptionInquiry' }), 'desk-not-competent'),
    refuses('a closed desk', input({ capacity: 'closed' }), 'desk-closed'),
    refuses('not checked in time', input({ checkedOn: daysAgo(31) }), 'desk-stale'),
    refuses('closed and not checked in time', input({ capacity: 'closed', checkedOn: daysAgo(31) }), 'desk-closed'),
    refuses('a record that has ended', input({}, { at: now + 90 * day }), 'desk-stale'),
    refuses(
      'not competent comes before closed',
      input({ capacity: 'closed' }, { referralType: 'returnOptionInquiry' }),
      'desk-not-competent',
    ),
    refuses(
      'and before not checked',
      input({ checkedOn: daysAgo(31) }, { referralType: 'returnOptionInquiry' }),
      'desk-not-competent',
    ),
  ]
}

function languages(): readonly Vector[] {
  const cases: readonly (readonly [string, readonly string[], boolean])[] = [
    ['ro', ['ro'], true],
    ['ro', ['en', 'ro'], true],
    ['de', ['ro', 'en'], false],
    ['sr', ['sr-Latn'], true],
    ['sr', ['sr-Cyrl-RS'], true],
    ['sr-Latn', ['sr-Latn-RS'], true],
    ['sr-Latn', ['sr-Latn'], true],
    ['sr-Latn', ['sr'], false],
    ['sr-Latn', ['sr-Cyrl'], false],
    ['sr-RS', ['sr-Latn-RS'], false],
    ['ro', ['rom'], false],
    ['rom', ['ro'], false],
  ]
  return cases.map(([asked, list, isFound]) =>
    accepts(`${asked} among ${list.join(', ')}`, { of: 'language', asked, languages: list }, { found: isFound }),
  )
}

function hours(): readonly Vector[] {
  const { timeZone, open: office } = exampleDesk.hours
  // Bucharest is two hours ahead of UTC in winter and three in summer.
  const monday = Date.UTC(2026, 10, 23) / 1000
  const summerMonday = Date.UTC(2026, 6, 6) / 1000
  const ask = (comment: string, at: number, isOpen: boolean, change: Json = {}): Vector =>
    accepts(comment, { of: 'hours', hours: { timeZone, always: false, open: office, ...change }, at }, { open: isOpen })
  return [
    ask('before it opens', monday + 6 * 3600 - 1, false),
    ask('when it opens', monday + 6 * 3600, true),
    ask('the last minute', monday + 14 * 3600 - 1, true),
    ask('when it closes', monday + 14 * 3600, false),
    ask('on Sunday', monday - day + 9 * 3600, false),
    ask('when it opens in summer', summerMonday + 5 * 3600, true),
    ask('before it opens in summer', summerMonday + 5 * 3600 - 1, false),
    ask('the day is that of the desk', monday - 1, true, { open: [range('00:00', '08:00')] }),
    ask('the last minute of its day', monday + 22 * 3600 - 1, true, { open: [range('22:00', '24:00')] }),
    ask('its next day', monday + 22 * 3600, false, { open: [range('22:00', '24:00')] }),
    ask('no hours', monday + 9 * 3600, false, { open: [] }),
    ask('always', monday, true, { always: true, open: [] }),
    ask('a time zone that the reader does not know', monday + 9 * 3600, false, { timeZone: 'Europe/Nowhere' }),
  ]
}
