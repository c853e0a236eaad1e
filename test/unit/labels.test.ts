import { readdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { contentLines } from '../../src/cli/content-lines.js'
import { localeLanguages } from '../../src/cli/locale-languages.js'
import { threadText } from '../../src/cli/thread/thread-text.js'
import { contentWord } from '../../src/labels/content-word.js'
import { countryName } from '../../src/labels/country-name.js'
import { englishBesideDrafts } from '../../src/labels/english-beside-drafts.js'
import { findLanguage, type LanguageTag } from '../../src/labels/find-language.js'
import { codePlaces } from '../../src/labels/generated/code-places.js'
import { languages, languageTags } from '../../src/labels/generated/languages.js'
import { loadLabelBook, type LabelBook } from '../../src/labels/label-book.js'
import { labelOf, labelText, titleOf } from '../../src/labels/label-of.js'
import { languageName } from '../../src/labels/language-name.js'
import type { Labels, Mappings, ThreadView } from '../../src/wire/generated/types.js'
import { labelFiles } from '../codegen/labels-code.js'
import { makeAjv, readSchemaJson, repository, schemaFiles } from '../codegen/schema-files.js'
import { trm } from '../support/office.js'

interface CodeLists {
  readonly $defs: Readonly<Record<string, { readonly enum: readonly string[] }>>
}

const { $defs: lists } = readSchemaJson<CodeLists>('codes.schema.json')
const codesOf = Object.fromEntries(Object.entries(lists).map(([list, { enum: codes }]) => [list, codes]))
const ajv = makeAjv(schemaFiles().map(({ schema }) => schema))

/** The ten languages of the countries and of their partners, and English. */
const promised = ['bg', 'de', 'en', 'es', 'fr', 'it', 'mk', 'ro', 'sq', 'sr-Cyrl', 'sr-Latn']

/** Languages in Cyrillic, each with the letters that only the others have. */
const cyrillic: Readonly<Record<string, RegExp>> = {
  bg: /[ђѓѕјљњћќџыэё]/iu,
  mk: /[ђћйщъыьэюяё]/iu,
  'sr-Cyrl': /[ѓѕќйщъыьэюяё]/iu,
}

function keysOf(table: object): readonly string[] {
  return Object.keys(table).sort()
}

function textsOf({ name, phrases, titles, lists: labels }: Labels): readonly string[] {
  const tables: readonly object[] = [phrases, titles, ...Object.values(labels).filter((list) => list !== undefined)]
  return [name, ...tables.flatMap((table) => Object.values(table).map(String))]
}

function namesOf(folder: string): readonly string[] {
  return readdirSync(path.join(repository, 'schemas', folder)).map((file) => path.basename(file, '.json'))
}

/** A book whose labels differ from those of its language. */
function changed(book: LabelBook, changes: Partial<Labels>): LabelBook {
  return { ...book, labels: { ...book.labels, ...changes } }
}

const german = await loadLabelBook('de')
const english = await loadLabelBook('en')

t.test('every promised language is there, under its own name', async (t) => {
  t.strictSame([...namesOf('labels')].sort(), promised)
  t.strictSame([...languageTags].sort(), promised)
  for (const tag of languageTags) {
    const { name, load } = languages[tag]
    t.match(await load(), { language: tag, name })
  }
})

for (const labels of labelFiles()) {
  const { language } = labels
  t.test(`the labels in ${language} are whole, short and in their script`, (t) => {
    t.ok(namesOf('labels').includes(language), 'the file has the name of its language')
    const isValid = ajv.getSchema('https://schemas.trm-federation.example/v1/labels.schema.json')
    t.ok(isValid?.(labels), JSON.stringify(isValid?.errors))

    t.strictSame(keysOf(labels.titles), keysOf(codesOf), 'a title for every list, and no other')
    const own = Object.entries(labels.lists).map(([list, labelsOfList = {}]) => [list, keysOf(labelsOfList)])
    const all = Object.entries(codesOf).map(([list, codes]) => [list, [...codes].sort()])
    t.strictSame(Object.fromEntries(own), Object.fromEntries(all), 'every code of every list, and no other')
    const readsTwice = ([, table = {}]: readonly [string, object | undefined]): boolean =>
      new Set(Object.values(table)).size < Object.keys(table).length
    t.strictSame(Object.entries(labels.lists).filter(readsTwice), [], 'no two codes of a list read the same')
    const known = Object.entries(codesOf).flatMap(([list, codes]) => codes.map((code) => `${list}.${code}`))
    t.strictSame(
      labels.reviewed.filter((name) => !known.includes(name)),
      [],
      'only labels that exist are reviewed',
    )

    const texts = textsOf(labels)
    const isUntidy = (text: string): boolean => text !== text.trim() || /\s\s/.test(text) || text !== text.normalize()
    t.strictSame(texts.filter(isUntidy), [])
    const tooLong = Object.values(labels.lists).flatMap((own) =>
      Object.values(own ?? {}).filter((l = '') => l.length > 60),
    )
    t.ok(tooLong.length <= 9, `few labels are long: ${tooLong.join(', ')}`)
    t.match(labels.phrases.unknownCode, '{code}')

    const mixed = /\p{Script=Latin}\p{M}*\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{M}*\p{Script=Latin}/u
    t.strictSame(
      texts.filter((text) => mixed.test(text)),
      [],
      'no word of two scripts',
    )
    const others = cyrillic[language]
    const isForeign = (text: string): boolean => {
      if (others === undefined) return /[^\P{L}\p{Script=Latin}ʼ]/u.test(text)
      // Acronyms and the letters of sectors stay as they are.
      const words = text.replace(/\{code\}|ISIC Rev\./, '').match(/\p{Script=Latin}+/gu) ?? []
      return others.test(text) || words.some((word) => word !== word.toUpperCase())
    }
    t.strictSame(texts.filter(isForeign), [], 'its own script and letters')
    if (others !== undefined) {
      const withoutCyrillic = texts.filter((text) => !/\p{Script=Cyrillic}/u.test(text))
      t.ok(
        withoutCyrillic.every((text) => /^[A-Z]+$/.test(text)),
        withoutCyrillic.join(),
      )
    }
    t.end()
  })
}

t.test('a translation is not English: few labels read the same', (t) => {
  const englishTexts = textsOf(english.labels)
  for (const labels of labelFiles().filter(({ language }) => language !== 'en')) {
    const same = textsOf(labels).filter((text, index) => text === englishTexts[index])
    t.ok(same.length < 40, `${labels.language}: ${same.join(', ')}`)
  }
  t.end()
})

t.test('a draft about consent or risk never stands alone', async (t) => {
  t.strictSame(labelOf(german, 'consentMode', 'written'), {
    text: 'schriftlich',
    status: 'draft',
    english: 'in writing',
  })
  t.equal(labelText(labelOf(german, 'consentMode', 'written')), 'schriftlich [en: in writing]')
  t.strictSame(labelOf(german, 'weekday', 'MO'), { text: 'Montag', status: 'draft' }, 'other drafts may')
  t.strictSame(
    labelOf(english, 'consentMode', 'written'),
    { text: 'in writing', status: 'draft' },
    'English needs no English',
  )
  const reviewed = changed(german, { reviewed: ['consentMode.written'] })
  t.strictSame(labelOf(reviewed, 'consentMode', 'written'), { text: 'schriftlich', status: 'reviewed' })
  t.match(labelOf(reviewed, 'consentMode', 'refused'), { status: 'draft', english: 'refused' })
  t.match(labelOf(changed(german, { status: 'reviewed' }), 'riskLevel', 'high'), { status: 'reviewed' })

  const mustHaveEnglish = [
    ...['consentMode', 'consentGivenBy', 'lawfulBasis', 'consentPurpose', 'dataCategory', 'onwardRule'],
    ...['withdrawalScope', 'informedOf', 'childAssent', 'consentException', 'consentStatus', 'riskLevel'],
    ...['riskFactor', 'riskMeasure', 'doNotContact', 'jointlyAssessed', 'returnKind'],
  ]
  t.strictSame(
    mustHaveEnglish.filter((list) => !englishBesideDrafts.has(list)),
    [],
  )
  t.strictSame(
    [...englishBesideDrafts].filter((list) => !(list in codesOf)),
    [],
  )
})

t.test('an unknown code is shown as unknown, with the code, in every language', async (t) => {
  for (const tag of languageTags) {
    const book = await loadLabelBook(tag)
    const { text, status } = labelOf(book, 'urgency', 'xyz')
    t.equal(status, 'unknown')
    t.equal(text, book.labels.phrases.unknownCode.replace('{code}', 'xyz'))
  }
  t.strictSame(labelOf(english, 'urgency', 'xyz'), { text: 'unknown code: xyz', status: 'unknown' })
  t.match(labelOf(english, 'noSuchList', 'xyz'), { status: 'unknown' })
  for (const code of ['constructor', '__proto__', 'toString', '']) {
    t.equal(labelOf(english, 'urgency', code).text, `unknown code: ${code}`)
    t.equal(labelOf(english, code, 'immediate').status, 'unknown')
  }
  t.equal(labelOf(english, 'urgency', '$& $1').text, 'unknown code: $& $1')
  t.equal(labelOf(english, 'urgency', 'x'.repeat(500)).text, `unknown code: ${'x'.repeat(40)}…`)
})

t.test('English stands in for a label or a title that a language lacks', (t) => {
  const older = changed(german, { titles: {}, lists: { urgency: { urgent: 'dringend' } } })
  t.match(labelOf(older, 'urgency', 'urgent'), { text: 'dringend' })
  t.match(labelOf(older, 'urgency', 'planned'), { text: 'planned (by agreement)', status: 'draft' })
  t.match(labelOf(older, 'weekday', 'MO'), { text: 'Monday' })
  t.equal(titleOf(older, 'weekday'), 'Day of the week')
  t.equal(titleOf(german, 'weekday'), 'Wochentag')
  t.equal(titleOf(german, 'noSuchList'), 'noSuchList')
  t.end()
})

t.test('a reader gets the nearest language that has labels', (t) => {
  const rows: readonly (readonly [wanted: readonly string[], found: LanguageTag | undefined])[] = [
    [['de'], 'de'],
    [['de-AT'], 'de'],
    [['DE-at-1996'], 'de'],
    [['sr'], 'sr-Latn'],
    [['sr-RS'], 'sr-Latn'],
    [['sr-Cyrl'], 'sr-Cyrl'],
    [['sr-cyrl-RS'], 'sr-Cyrl'],
    [['sr-Latn-ME'], 'sr-Latn'],
    [['ro-MD', 'en'], 'ro'],
    [['uk', 'bg-BG'], 'bg'],
    [['fr-a-extension-x-private'], 'fr'],
    [['d'], undefined],
    [['den'], undefined],
    [['x-de'], undefined],
    [['uk'], undefined],
    [['', '-', 'constructor'], undefined],
    [[], undefined],
  ]
  for (const [wanted, found] of rows) t.equal(findLanguage(wanted), found, wanted.join())
  t.equal(findLanguage(['sr'], 'Cyrl'), 'sr-Cyrl')
  t.equal(findLanguage(['sr-RS'], 'Cyrl'), 'sr-Cyrl')
  t.equal(findLanguage(['sr-Latn'], 'Cyrl'), 'sr-Latn')
  t.end()
})

t.test('the locale of the environment names the language', (t) => {
  t.strictSame(localeLanguages({ LANG: 'de_AT.UTF-8' }), ['de-AT'])
  t.strictSame(localeLanguages({ LANG: 'sr_RS@latin' }), ['sr-Latn-RS'])
  t.strictSame(localeLanguages({ LANG: 'sr_RS.UTF-8@cyrillic' }), ['sr-Cyrl-RS'])
  t.strictSame(localeLanguages({ LANG: 'de_DE@euro' }), ['de-DE'])
  t.strictSame(localeLanguages({ LC_ALL: '', LC_MESSAGES: 'ro_RO', LANG: 'de_AT' }), ['ro-RO'])
  t.strictSame(localeLanguages({ LC_ALL: 'sq', LC_MESSAGES: 'ro_RO' }), ['sq'])
  for (const LANG of ['C', 'C.UTF-8', 'POSIX', '', '../../x']) t.strictSame(localeLanguages({ LANG }), [], LANG)
  t.strictSame(localeLanguages({}), [])
  t.end()
})

t.test('countries and languages are named by the Unicode data, except where these fall short', async (t) => {
  t.equal(countryName(german, 'RO'), 'Rumänien')
  t.equal(countryName(german, 'ZZ'), 'nicht bekannt')
  t.equal(countryName(german, 'XX'), 'staatenlos')
  t.equal(countryName(german, 'XK'), 'Kosovo')
  const noted = await loadLabelBook('de', { kosovoNote: 'UNSCR 1244/1999' })
  t.equal(countryName(noted, 'XK'), 'Kosovo (UNSCR 1244/1999)')
  t.equal(countryName(noted, 'RO'), 'Rumänien')
  t.equal(countryName(await loadLabelBook('sr-Cyrl'), 'MK'), 'Северна Македонија')
  for (const code of ['QQ', 'ro', 'R', '419', '', 'constructor']) {
    t.equal(countryName(german, code), `unbekannter Code: ${code}`, code)
  }

  t.equal(languageName(german, 'sr-Latn'), 'Serbisch (Lateinisch)')
  t.equal(languageName(german, 'cnr'), 'Montenegrinisch')
  t.equal(languageName(german, 'und'), 'nicht bekannt')
  for (const tag of ['qqq', 'nonsense', 'DE', '']) t.equal(languageName(german, tag), `unbekannter Code: ${tag}`, tag)

  const region = (tag: string): Intl.DisplayNames => new Intl.DisplayNames([tag], { type: 'region' })
  t.strictSame(
    languageTags.filter((tag) => region(tag).resolvedOptions().locale !== tag && !tag.startsWith('sr')),
    [],
    'this Node.js has the names in every language',
  )
})

t.test('codes of a received event are shown in the words of the reader', (t) => {
  const [example] = readSchemaJson<{ examples: readonly ThreadView[] }>('api/thread-view.schema.json').examples
  const [event] = example?.events ?? []
  if (example === undefined || event === undefined) throw new Error('the schema has no example of a thread')
  const body = {
    referral: {
      urgency: 'urgent',
      respondBy: '2031-05-02',
      subject: {
        nationalities: [
          { country: 'XK', status: 'presumed' },
          { country: 'XX', status: 'later' },
        ],
        languages: [{ tag: 'cnr', level: 'fluent' }],
      },
      exploitation: { promises: ['job', 'debtHelp'] },
      risk: { level: 'high', doNotContact: [] },
      request: { specificNeed: 'urgent\nand safe', services: [{ service: 'medical', items: ['a'], note: { b: 1 } }] },
      newSection: { urgency: 'urgent' },
    },
    grant: { purposes: ['return'], mode: 'written' },
  }
  const view = { ...example, urgency: 'planned', events: [{ ...event, type: 'referral.offer', body }] } as ThreadView
  const lines = threadText(view, german, { fallback: 'duty-desk', now: 0 })
  t.match(lines.join('\n'), /\nto call +duty-desk\n/)
  const superseded = { ...view, events: view.events.map((each) => ({ ...each, superseded: true })) }
  t.notMatch(lines.join('\n'), 'WITHOUT EFFECT')
  t.match(threadText(superseded, german, { now: 0 }).join('\n'), '\n  WITHOUT EFFECT: ')
  t.match(lines.join('\n'), /\nurgency +geplant \(nach Absprache\)\n/, 'the head of the thread')
  const from = lines.indexOf('  referral:')
  t.strictSame(lines.slice(from, from + 27), [
    '  referral:',
    '    Dringlichkeit: dringend (innerhalb von 72 Stunden)',
    '    respond by: 2031-05-02',
    '    subject:',
    '      nationalities:',
    '        - country Kosovo, Gewissheit der Staatsangehörigkeit vermutet',
    '        - country staatenlos, Gewissheit der Staatsangehörigkeit unbekannter Code: later',
    '      languages:',
    '        - tag Montenegrinisch, Sprachniveau fließend',
    '    exploitation:',
    '      Was versprochen wurde: Arbeit, Hilfe bei Schulden',
    '    risk:',
    '      Höhe des Risikos: hoch [en: high]',
    '      Nicht kontaktieren: -',
    '    request:',
    '      specific need: urgent',
    'and safe',
    '      services:',
    '        - Leistung: medizinische Versorgung',
    '          items: a',
    '          note:',
    '            b: 1',
    '    new section:',
    '      urgency: urgent',
    '  grant:',
    '    Zweck der Einwilligung: Rückkehr [en: return]',
    '    Wie eingewilligt wurde: schriftlich [en: in writing]',
  ])
  t.strictSame(contentLines({ a: 1, b: ['x', 'y'], c: {} }), ['a: 1', 'b: x, y', 'c:'], 'without a reader: as it is')
  t.equal(contentWord(german, { type: 'no.such', pointer: '/referral/urgency' }, 'urgent'), undefined)
  t.equal(contentWord(german, { type: 'referral.offer', pointer: '/referral/urgency' }, 7), undefined)
  t.end()
})

t.test('every place of a code in an event leads to a list', (t) => {
  const found = new Set(Object.values(codePlaces).flatMap((places) => Object.values(places)))
  t.strictSame(
    [...found].filter((list) => !(list in codesOf) && list !== 'country' && list !== 'language'),
    [],
  )
  t.notOk('country' in codesOf || 'language' in codesOf, 'the two names are free')
  t.match(codePlaces, {
    'referral.offer': {
      '/referral/urgency': 'urgency',
      '/referral/subject/nationalities/*/country': 'country',
      '/referral/request/services/*/service': 'service',
      '/grant/purposes/*': 'consentPurpose',
    },
    'referral.decline': { '/reason': 'declineReason' },
  })
  t.end()
})

t.test('trm codes shows lists and labels without a node', async (t) => {
  const all = await trm(['codes', '--json'])
  t.match(all, { code: 0, result: { language: 'en' } })
  t.strictSame(
    all.result.lists.map(({ list, codes }: { list: string; codes: number }) => [list, codes]),
    Object.entries(codesOf).map(([list, codes]) => [list, codes.length]),
  )
  t.match((await trm(['codes'])).out, /^LIST +CODES +TITLE\nurgency +4 +Urgency\n/)

  const one = await trm(['codes', 'consentMode', '--lang', 'de-AT', '--json'])
  t.match(one.result, { language: 'de', list: 'consentMode', title: 'Wie eingewilligt wurde' })
  t.strictSame(one.result.codes[0], {
    code: 'written',
    label: 'schriftlich',
    status: 'draft',
    english: 'in writing',
  })
  t.match((await trm(['codes', 'weekday', '--lang', 'ro'])).out, /\nCODE +LABEL +STATUS\nMO +\S+ +draft\n/)

  const language = async (env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<unknown> =>
    (await trm(['codes', 'weekday', '--json', ...words], { env })).result.language
  t.equal(await language({ LANG: 'sr_RS.UTF-8' }), 'sr-Latn')
  t.equal(await language({ LANG: 'sr_RS.UTF-8', TRM_SERBIAN_SCRIPT: 'Cyrl' }), 'sr-Cyrl')
  t.equal(await language({ LANG: 'de_AT.UTF-8' }, '--lang', 'sq'), 'sq', '--lang comes first')
  t.equal(await language({ LANG: 'uk_UA.UTF-8' }), 'en')

  const other = await trm(['codes', 'weekday', '--lang', 'uk'])
  t.match(other, { code: 0, out: /Monday/, err: /No labels in uk: English/ })
  t.match(await trm(['codes', 'nope', '--json']), { code: 2, problem: { code: 'usage' }, out: '' })
  t.match((await trm(['codes', 'constructor'])).err, /no code list of this name/)
  t.match((await trm(['codes', '--help'])).out, /\$ trm codes referralType --lang ro/)
})

t.test('mappings name every code of a mapped list, and no other', (t) => {
  t.strictSame([...namesOf('mappings')].sort(), ['ctdc', 'fhir', 'htcds'])
  for (const name of namesOf('mappings')) {
    const mapping = readSchemaJson<Mappings>(`mappings/${name}.json`)
    const isValid = ajv.getSchema('https://schemas.trm-federation.example/v1/mappings.schema.json')
    t.ok(isValid?.(mapping), `${name}: ${JSON.stringify(isValid?.errors)}`)
    for (const [list, codes = {}] of Object.entries(mapping.lists)) {
      t.strictSame(keysOf(codes), [...(codesOf[list] ?? [])].sort(), `${name}: ${list}`)
    }
    for (const doubt of mapping.uncertain ?? []) {
      const [list = '', code = ''] = doubt.split('.')
      t.ok(mapping.lists[list]?.[code], `${name}: ${doubt} is mapped`)
    }
  }
  t.match(readSchemaJson('mappings/htcds.json'), {
    version: '2.0',
    attribution: /IOM[^]*CC BY 4\.0/,
    lists: {
      gender: { female: [{ field: 'prs_Gender', value: 'Feminine' }] },
      recruitmentChannel: { abduction: null },
    },
  })
  t.match(readSchemaJson('mappings/ctdc.json'), {
    lists: { ageBand: { adult30to47: [{ value: '30--38' }, { value: '39--47' }], unknown: null } },
  })
  t.match(readSchemaJson('mappings/fhir.json'), {
    lists: { consentStatus: { invalidated: [{ field: 'Consent.status', value: 'entered-in-error' }] } },
  })
  t.end()
})
