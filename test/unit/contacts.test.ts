import fc from 'fast-check'
import t from 'tap'
import { checkDesks, isRoleMailbox } from '../../src/directory/contacts/check-desks.js'
import { isOpenAt, opensNext, opensWithin } from '../../src/directory/contacts/desk-hours.js'
import { readCsv, writeCsv } from '../../src/directory/contacts/formats/csv-text.js'
import { importCsv } from '../../src/directory/contacts/formats/csv-import.js'
import { exportContacts, exportFormats } from '../../src/directory/contacts/formats/export-contacts.js'
import { importHsds } from '../../src/directory/contacts/formats/hsds-import.js'
import { freshnessOf } from '../../src/directory/contacts/freshness.js'
import { chooseDesk, judgeDesk } from '../../src/directory/contacts/judge-desk.js'
import { searchContacts, type ContactFilter } from '../../src/directory/contacts/search-contacts.js'
import { verifyContact } from '../../src/directory/contacts/verify-contact.js'
import { verifyStatements } from '../../src/directory/key-statement.js'
import type { Contact, ContactRecord } from '../../src/wire/generated/types.js'
import { bornAt, extended, firstOf, listed, namedKey } from '../support/chains.js'
import { contactDraft, contactRecord, contactsNow as now, desk } from '../support/contacts.js'
import { refusalOf } from '../support/refusal-of.js'

const day = 86_400
const minute = 60

t.test('a record counts only if its owner signed it with a key in force, within the limits of time', (t) => {
  const chain = firstOf({ signing: ['s0', 's1'] })
  const statements = verifyStatements(chain)
  const { node } = statements
  const signed = (change: Partial<ContactRecord> = {}, by = 's0'): string =>
    namedKey(by).signer.sign('trm-contact+jwt', contactRecord({ node, ...change }))
  const tombstone = (exp: number): string => {
    const ended: Contact = { v: 1, node, id: contactRecord().id, seq: now, iat: now, exp, ended: true }
    return namedKey('s0').signer.sign('trm-contact+jwt', ended)
  }
  const member = (text: string, known = statements): unknown => {
    const refusal = refusalOf(() => verifyContact(text, known, now))
    if (refusal !== undefined) t.equal(refusal.code, 'contact-invalid')
    return (refusal?.details as { member?: string } | undefined)?.member
  }

  t.strictSame(verifyContact(signed(), statements, now), contactRecord({ node }))
  t.equal(member(signed({ exp: now + 90 * day })), undefined)
  t.equal(member(signed({ exp: now + 90 * day + 1 })), 'exp')
  t.equal(member(signed({ exp: now })), 'exp')
  t.equal(member(tombstone(now + 367 * day)), undefined)
  t.equal(member(tombstone(now + 367 * day + 1)), 'exp')
  t.equal(member(signed({ iat: now + 5 * minute })), undefined)
  t.equal(member(signed({ iat: now + 5 * minute + 1 })), 'iat')
  t.equal(member(signed({ seq: now + 7 * day })), undefined)
  t.equal(member(signed({ seq: now + 7 * day + 1 })), 'seq')
  t.equal(member(signed({ node: 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E' })), 'node')
  t.equal(member(signed({}, 'k0')), 'kid', 'the identity key signs no records')
  t.equal(member(signed({ iat: bornAt - 1, exp: bornAt + day })), 'kid', 'before the key began')
  t.equal(member(signed({ desks: [] })), 'schema')
  t.equal(member('a.b.c'), 'jws')
  const cut = signed()
  const flipped = `${cut.slice(0, -4)}${cut.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
  t.match(member(flipped), /^(signature|jws)$/)
  t.equal(member(namedKey('s0').signer.sign('trm-card+jwt', contactRecord({ node }))), 'jws', 'another type')

  const revokedWith = (reason: 'superseded' | 'compromised' | 'ceased') =>
    verifyStatements(
      extended(chain, 'k0', { signing: [listed('s0', { revoked: { at: now - day, reason } }), listed('s1')] }),
    )
  const old = signed({ iat: now - 2 * day, exp: now + day })
  t.equal(member(old, revokedWith('superseded')), undefined, 'signed before its key was replaced')
  t.equal(member(signed(), revokedWith('superseded')), 'kid', 'signed after')
  t.equal(member(old, revokedWith('compromised')), 'kid', 'a stolen key signs whatever time it likes')
  t.equal(member(old, revokedWith('ceased')), 'kid')
  t.equal(member(signed({}, 's1'), revokedWith('compromised')), undefined)
  t.end()
})

t.test('desks that offer nothing, belong to a person or cannot be read are each told with their code', (t) => {
  const told = (change: Parameters<typeof desk>[0]) => checkDesks([desk(change)], now).map(Object.values)
  const hours = desk().hours
  t.strictSame(told({}), [])
  t.strictSame(told({ services: [], referralTypes: [] }), [['desk-without-service', '/desks/0/services minItems']])
  t.strictSame(told({ services: [] }), [['desk-without-service', '/desks/0/services minItems']])
  t.strictSame(told({ referralTypes: [] }), [['desk-without-service', '/desks/0/referralTypes minItems']])
  t.strictSame(told({ email: 'first.last@office.example' }), [['contact-personal', '/desks/0/email role']])
  t.strictSame(told({ hours: { ...hours, timeZone: 'Europe/Nowhere' } }), [
    ['contact-invalid', '/desks/0/hours/timeZone zone'],
  ])
  t.strictSame(told({ hours: { ...hours, open: [{ days: ['MO'], opens: '16:00', closes: '08:00' }] } }), [
    ['contact-invalid', '/desks/0/hours/open/0/closes order'],
  ])
  t.strictSame(told({ hours: { ...hours, always: true } }), [['contact-invalid', '/desks/0/hours/open maxItems']])
  t.strictSame(told({ checkedOn: '2026-11-24' }), [['contact-invalid', '/desks/0/checkedOn maximum']])
  t.strictSame(
    checkDesks([desk(), desk()], now).map(({ pointer }) => pointer),
    ['/desks/1/desk unique'],
  )
  const offices = ['info', 'duty-desk', 'asistenta.copii', 'opferberatung', 'linja2', 'secretariat_ro', 'hotline24']
  t.strictSame(
    offices.filter((local) => !isRoleMailbox(`${local}@office.example`)),
    [],
  )
  const people = ['first.last', 'm.rothschild', 'infantino', 'deskovic', 'x', '1234', 'first.last+office2']
  t.strictSame(
    people.filter((local) => isRoleMailbox(`${local}@info.example`)),
    ['first.last+office2'],
    'a role word in the domain does not help; a suffix does, as no list can tell',
  )
  t.end()
})

t.test('freshness is judged by the clock of the reader', (t) => {
  const state = (change: Parameters<typeof desk>[0], at = now) => {
    const freshness = freshnessOf(contactRecord(), desk(change), at)
    return freshness.state === 'fresh' ? 'fresh' : freshness.reason
  }
  t.equal(state({}), 'fresh')
  t.equal(state({ checkedOn: '2026-08-24' }), 'fresh', '90 days ago')
  t.equal(state({ checkedOn: '2026-08-23' }), 'check-overdue')
  t.equal(state({ checkedOn: '2026-10-23', isEmergency: true }), 'fresh', '30 days ago')
  t.equal(state({ checkedOn: '2026-10-22', isEmergency: true }), 'check-overdue')
  t.equal(state({ capacity: 'closed' }), 'desk-closed')
  t.equal(state({ capacity: 'limited' }), 'fresh')
  t.equal(state({}, now + 90 * day), 'record-ended')
  t.equal(
    state({ checkedOn: '2099-01-01', isEmergency: true }, now + 32 * day),
    'check-overdue',
    'no check ahead of time',
  )
  t.end()
})

t.test('hours are those of the desk in its own time zone', (t) => {
  const { hours } = desk()
  const at = (text: string): number => Date.parse(text) / 1000
  const next = (open: Parameters<typeof opensNext>[0], text: string): string | undefined => {
    const seconds = opensNext(open, at(text))
    return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString()
  }
  t.equal(next(hours, '2026-11-22T09:00:17Z'), '2026-11-23T06:00:00.000Z', 'on Sunday: Monday 08:00 in Bucharest')
  t.equal(next(hours, '2026-11-23T05:59:59Z'), '2026-11-23T06:00:00.000Z')
  t.equal(next(hours, '2026-11-27T14:00:00Z'), '2026-11-30T06:00:00.000Z', 'Friday after hours')
  t.equal(next(hours, '2026-10-23T15:00:00Z'), '2026-10-26T06:00:00.000Z', 'the clocks change on Sunday')
  t.equal(next(hours, '2026-03-27T15:00:00Z'), '2026-03-30T05:00:00.000Z', 'and back')
  t.equal(next({ ...hours, open: [] }, '2026-11-23T05:59:00Z'), undefined, 'by appointment')
  t.equal(next({ ...hours, timeZone: 'Mars/Base' }, '2026-11-23T05:59:00Z'), undefined)
  t.equal(isOpenAt(hours, at('2026-11-23T06:00:00Z')), true, 'Monday 08:00 in Bucharest')
  t.equal(isOpenAt(hours, at('2026-11-23T05:59:00Z')), false)
  t.equal(isOpenAt(hours, at('2026-11-23T14:00:00Z')), false, 'it closes at 16:00')
  t.equal(isOpenAt(hours, at('2026-07-06T05:00:00Z')), true, 'summer time')
  t.equal(isOpenAt({ ...hours, always: true, open: [] }, now), true)
  t.equal(isOpenAt({ ...hours, timeZone: 'Mars/Base' }, at('2026-11-23T07:00:00Z')), false, 'zone not known here')
  t.equal(opensWithin(hours, now, 0), false, 'Sunday')
  t.equal(opensWithin(hours, now, 1), true, 'Monday before 11:00')
  const monday = { ...hours, open: [{ days: ['MO' as const], opens: '12:00', closes: '24:00' }] }
  t.equal(opensWithin(monday, now, 1), false, 'Monday from 12:00 is more than a day away at 11:00')
  t.equal(opensWithin(monday, now, 2), true)
  t.equal(opensWithin(monday, at('2026-11-23T22:30:00Z'), 6), false, 'Monday is over')
  t.equal(opensWithin(monday, at('2026-11-23T22:30:00Z'), 7), true)
  t.equal(opensWithin({ ...hours, open: [] }, now, 99), false)
  t.end()
})

t.test('a search finds who meets every demand, best first, and stale desks on request alone', (t) => {
  const albanian = desk({ desk: 'child-desk', languages: ['sq', 'sr-Latn'], sops: ['SOP5'] })
  const tired = desk({ desk: 'old-desk', checkedOn: '2026-01-01', languages: ['sq'] })
  const full = desk({ desk: 'limited-desk', capacity: 'limited', languages: ['sq'] })
  const night = desk({
    desk: 'night-desk',
    isEmergency: true,
    capacity: 'limited',
    hours: { ...desk().hours, always: true, open: [] },
  })
  const shut = desk({ desk: 'shut-desk', capacity: 'closed' })
  const records = [
    contactRecord({ desks: [tired, full, albanian, night, shut] }),
    contactRecord({
      country: 'IT',
      id: '3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b',
      organisation: { name: 'Rifugio Sud', alternateNames: ['Shelter South'], agencyType: 'shelter' },
      desks: [desk({ languages: ['it'], countriesServed: ['AL'], targetGroups: ['men'] })],
    }),
  ]
  const found = (filter: ContactFilter) =>
    searchContacts(records, filter, now).map((hit) => `${hit.record.country} ${hit.desk.desk}`)

  const witness = { from: 'RO', targetGroup: 'children', referralType: 'hearingTravel', language: 'sq', openWithin: 7 }
  t.strictSame(found(witness), ['RO child-desk', 'RO limited-desk'], 'a child witness from RO, speaks sq, this week')
  t.strictSame(found({ ...witness, withStale: true }), ['RO child-desk', 'RO limited-desk', 'RO old-desk'])
  t.strictSame(found({ language: 'sr' }), ['RO child-desk'])
  t.strictSame(found({ language: 'sr-Cyrl' }), [])
  t.strictSame(found({ language: 's' }), [])
  t.strictSame(found({ country: 'IT' }), ['IT duty-desk'])
  t.strictSame(found({ from: 'AL' }), ['IT duty-desk'])
  t.strictSame(found({ agencyType: 'shelter' }), ['IT duty-desk'])
  t.strictSame(found({ text: 'shelter s' }), ['IT duty-desk'])
  t.strictSame(found({ text: 'NIGHT' }), ['RO night-desk'])
  t.strictSame(found({ sop: 'SOP2', country: 'RO' }), ['RO limited-desk', 'RO night-desk'])
  t.strictSame(found({ service: 'guardian' }), [])
  t.strictSame(found({ node: 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E' }), [])
  t.strictSame(found({ isUrgent: true })[0], 'RO night-desk', 'emergency desks first when it is urgent')
  t.strictSame(found({ openWithin: 0 }), ['RO night-desk'], 'on a Sunday')
  t.strictSame(found({ withStale: true, country: 'RO' }).slice(-2), ['RO shut-desk', 'RO old-desk'])
  t.strictSame(found({ withStale: true, country: 'RO', openWithin: 7 }).includes('RO shut-desk'), false)
  const [why] = searchContacts(records, { text: 'old-desk', withStale: true }, now)
  t.strictSame(why?.freshness, { state: 'stale', reason: 'check-overdue' })
  t.strictSame(
    searchContacts([...records].reverse(), { withStale: true }, now),
    searchContacts(records, { withStale: true }, now),
  )
  t.end()
})

t.test('a desk takes a referral only if it is there, competent, open and fresh', (t) => {
  const record = contactRecord({
    desks: [
      desk(),
      desk({ desk: 'shut', capacity: 'closed' }),
      desk({ desk: 'old', checkedOn: '2026-01-01' }),
      desk({ desk: 'night', isEmergency: true, capacity: 'limited' }),
    ],
  })
  const code = (id: string, type: Parameters<typeof judgeDesk>[2] = 'caseReferral', at = now) =>
    judgeDesk(record, id, type, at)?.code
  t.equal(code('duty-desk'), undefined)
  t.equal(code('no-desk'), 'desk-not-found')
  t.equal(judgeDesk(undefined, 'duty-desk', 'caseReferral', now)?.code, 'desk-not-found')
  t.equal(code('duty-desk', 'familyTracing'), 'desk-not-competent')
  t.equal(code('shut'), 'desk-closed')
  t.equal(code('old'), 'desk-stale')
  t.equal(code('duty-desk', 'caseReferral', now + 90 * day), 'desk-stale')
  t.equal(chooseDesk([record], 'caseReferral', now)?.desk.desk, 'duty-desk')
  t.equal(chooseDesk([record], 'caseReferral', now, true)?.desk.desk, 'night')
  t.equal(chooseDesk([record], 'familyTracing', now), undefined)
  t.equal(chooseDesk([record], 'caseReferral', now + 90 * day), undefined)
  t.end()
})

const awkward = contactRecord({
  organisation: {
    name: '=1+1;"Centre", North\\East',
    alternateNames: ["'quoted", '@sum', 'Центр; Север, с очень длинным именем на кириллице для проверки'],
    agencyType: 'nationalCoordinator',
    website: 'https://office.example/contact',
  },
  desks: [
    desk({
      phones: [
        { number: '+40210000000', kind: 'night' },
        { number: '+40210000001', kind: 'office' },
      ],
    }),
    desk({
      desk: 'night-desk',
      isEmergency: true,
      capacity: 'limited',
      languages: ['sr-Latn', 'sq'],
      sops: [],
      services: [],
      hours: { timeZone: 'Europe/Belgrade', always: true, open: [] },
    }),
    desk({ desk: 'other-desk', capacity: 'closed', checkedOn: '2026-01-01', targetGroups: [], countriesServed: [] }),
  ],
})

t.test('what HSDS and CSV hold comes back as it was', (t) => {
  const { id } = awkward
  const kept = { id, ...contactDraft(awkward) }
  const plain = { ...contactRecord({ id: '3f0c2a4e-5b6d-4e7f-8a9b-0c1d2e3f4a5b', country: 'IT' }) }
  const records = [awkward, plain]
  const drafts = [kept, { id: plain.id, ...contactDraft(plain) }]
  // A desk without phones has no member for them.
  t.strictSame(importHsds(JSON.parse(exportContacts(records, 'hsds', now))), drafts)
  t.strictSame(importCsv(exportContacts(records, 'csv', now)), drafts)
  t.strictSame(importHsds({ contents: JSON.parse(exportContacts([plain], 'hsds', now)) as unknown }), [drafts[1]])
  t.end()
})

t.test('a foreign file becomes a draft that lacks only what the file does not say', (t) => {
  const organization = {
    id: 'x',
    name: 'Shelter South',
    services: [
      {
        name: 'Help for women',
        status: 'active',
        contacts: [{ email: 'info@office.example' }],
        languages: [{ code: 'it' }],
        phones: [{ number: '+39 (06) 000-0000' }],
      },
    ],
  }
  const [draft] = importHsds([organization])
  t.match(draft, {
    organisation: { name: 'Shelter South' },
    desks: [
      {
        desk: 'desk-1',
        email: 'info@office.example',
        languages: ['it'],
        capacity: 'open',
        phones: [{ number: '+39060000000', kind: 'office' }],
      },
    ],
  })
  t.notOk('id' in (draft ?? {}))
  for (const odd of [null, 7, 'x', [], {}, [null], { contents: 7 }, { services: [null] }]) {
    t.doesNotThrow(() => importHsds(odd))
  }
  t.equal(importCsv('name,mail\nx,y\n'), undefined)
  t.equal(importCsv('organisation,desk\n"x'), undefined)
  t.match(
    importCsv(
      '\u{feff}organisation,desk,email\nShelter South,duty,info@office.example\nShelter South,night,info@office.example',
    ),
    [{ organisation: { name: 'Shelter South' }, desks: [{ desk: 'duty' }, { desk: 'night' }] }],
  )
  t.end()
})

t.test('no cell of a table is a formula, and every text comes back', (t) => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('=1+1', '+40', '-1', '@a', '\t=', "'=x", "'", '"', ',', '＝1', 'a\r\nb', "''"),
  )
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const isBare = rows.flat().some((each) => /^"[=+\-@\t\r＝＋－＠]/.test(writeCsv([[each]])))
      const held = rows.filter((row) => row.some((each) => each !== ''))
      return !isBare && JSON.stringify(readCsv(writeCsv(rows))) === JSON.stringify(held)
    }),
    { seed: 7, numRuns: 300 },
  )
  t.strictSame(writeCsv([['=1', "'a"]]), `"'=1","''a"\r\n`)
  t.end()
})

t.test('vCards are folded, escaped and linked', (t) => {
  const text = exportContacts([awkward], 'vcard', now)
  const raw = text.split('\r\n')
  t.ok(raw.every((line) => Buffer.byteLength(line) <= 75))
  t.notMatch(text.replaceAll('\r\n', ''), /[\r\n]/)
  const lines = text.replaceAll('\r\n ', '').split('\r\n')
  t.equal(lines.filter((line) => line === 'BEGIN:VCARD').length, 4)
  t.equal(lines.filter((line) => line === 'KIND:group').length, 1)
  t.equal(lines.filter((line) => line === 'KIND:org').length, 3)
  t.ok(lines.includes('FN:=1+1\\;"Centre"\\, North\\\\East'))
  t.ok(lines.includes('TEL;VALUE=uri;TYPE="work,voice":tel:+40210000000'))
  const uids = lines.filter((line) => line.startsWith('UID:')).map((line) => line.slice(4))
  t.strictSame(
    lines.filter((line) => line.startsWith('MEMBER:')).map((line) => line.slice(7)),
    uids.slice(1),
  )
  t.end()
})

t.test('the printed list says when each desk was checked and on which not to rely', (t) => {
  const other = contactRecord({ country: 'IT', organisation: { name: 'Rifugio Sud', agencyType: 'shelter' } })
  const text = exportContacts([awkward, other], 'text', now)
  t.match(text, /^Contacts, as of 2026-11-22\n/)
  t.ok(text.indexOf('\nIT\n') < text.indexOf('\nRO\n'))
  t.match(text, 'checked: 2026-11-20 by administration')
  t.match(text, /other-desk \(duty desk\)\n {4}CLOSED/)
  t.match(exportContacts([other], 'text', now + 91 * day), /DO NOT RELY ON IT: its owner did not renew the record/)
  const card = exportContacts([other], 'vcard', now + 91 * day).replaceAll('\r\n ', '')
  t.match(card, /\r\nFN:DO NOT RELY ON IT: its owner did not renew the record - Rifugio Sud\\, /)
  t.match(card, /\r\nNOTE:DO NOT RELY ON IT/)
  t.notMatch(exportContacts([other], 'vcard', now), 'DO NOT')
  t.end()
})

t.test('no export holds a node id or what is for one partner alone', (t) => {
  const secret = contactRecord({
    visibility: 'bilateral',
    organisation: { name: 'Liaison office', agencyType: 'police' },
  })
  for (const format of exportFormats) {
    const text = exportContacts([awkward, secret], format, now)
    t.notMatch(text, awkward.node)
    t.notMatch(text, 'Liaison')
  }
  t.end()
})
