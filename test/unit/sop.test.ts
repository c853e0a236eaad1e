import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { adaptCatalogue } from '../../src/sop/adapt-catalogue.js'
import type { AdaptedMeasure } from '../../src/sop/adapted-measure.js'
import type { MeaningFaultCode } from '../../src/sop/adaptation-faults.js'
import { addMeasure, removeMeasure, setMeasureState, type MeasureState, type Plan } from '../../src/sop/change-plan.js'
import { checkAdaptation } from '../../src/sop/check-adaptation.js'
import { countryMeasures } from '../../src/sop/country-measures.js'
import { findMeasure } from '../../src/sop/find-measure.js'
import { adaptations } from '../../src/sop/generated/adaptations.js'
import { catalogue } from '../../src/sop/generated/catalogue.js'
import { titles } from '../../src/sop/generated/titles.js'
import { measuresFor, type ReferralType } from '../../src/sop/measures-for.js'
import { sharedMeasures } from '../../src/sop/shared-measures.js'
import { summarisePlan } from '../../src/sop/summarise-plan.js'
import { titlesIn } from '../../src/sop/titles-in.js'
import { translatedTitle } from '../../src/sop/translated-title.js'
import { viewPlan } from '../../src/sop/view-plan.js'
import type { AddedMeasure, CatalogueAdaptation } from '../../src/wire/generated/types.js'
import {
  validateCatalogueAdaptation,
  validateMeasure,
  validateMeasureCatalogue,
  validateMeasurePlan,
  validateMeasureTitles,
} from '../../src/wire/generated/validators.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { trm } from '../support/office.js'

type CodeLists = Readonly<Record<string, { readonly enum: readonly string[] }>>
const { $defs: codes } = readSchemaJson<{ readonly $defs: CodeLists }>('codes.schema.json')
const shared = sharedMeasures(catalogue)

/** Every measure, and how well it is founded: s seed, c secondary, a analogue, p proposal. */
const expected = { SOP1: 'sssscaa', SOP2: 'ccapp', SOP3: 'ccccp', SOP4: 'aappppp', SOP5: 'appppap' }
const foundations: Readonly<Record<string, string>> = { s: 'seed', c: 'secondary', a: 'analogue', p: 'proposal' }

t.test('the catalogue holds every measure of the five SOPs, each founded as it must be', async (t) => {
  t.ok(validateMeasureCatalogue(catalogue))
  t.strictSame(
    catalogue.measures.map(({ id, sop, status }) => [id, sop, status]),
    Object.entries(expected).flatMap(([sop, letters]) =>
      [...letters].map((letter, index) => [`${sop}.M${index + 1}`, sop, foundations[letter]]),
    ),
  )
  t.strictSame(
    catalogue.measures.filter(({ childVariant }) => childVariant === undefined).map(({ id }) => id),
    ['SOP3.M4', 'SOP3.M5', 'SOP5.M2'],
    'a child variant wherever there is something to say',
  )
})

t.test('a case worker can work by each measure, and see where it comes from', async (t) => {
  const keys = new Set(catalogue.sources.map(({ key }) => key))
  const used = new Set<string>(catalogue.crossCutting.flatMap(({ source }) => source))
  for (const { id, sop, titleBy, steps, checklist, lessons, source, who } of catalogue.measures) {
    t.ok(steps.length >= 3 && steps.length <= 8, `${id} has 3 to 8 steps`)
    t.strictSame(
      steps.map(({ step }) => step),
      steps.map((_, index) => index + 1),
      `${id} numbers them`,
    )
    t.ok(checklist.length >= 3 && lessons.length >= 1 && who.length >= 2, `${id} has a checklist, lessons and actors`)
    if (sop === 'SOP4' || sop === 'SOP5') t.equal(titleBy, 'own', `the name of ${id} is marked as ours`)
    for (const key of [...source, ...lessons.map((lesson) => lesson.source)]) used.add(key)
  }
  t.strictSame(
    [...used].filter((key) => !keys.has(key)),
    [],
    'every source is listed',
  )
  t.strictSame(
    [...keys].filter((key) => !used.has(key)),
    [],
    'and every listed one is used',
  )
  for (let number = 1; number <= 12; number++) {
    const lessons = catalogue.measures.flatMap((measure) => measure.lessons)
    t.ok(
      lessons.some(({ source }) => source === `E${number}`),
      `case ${number} teaches something`,
    )
  }
  t.strictSame(catalogue.actors.map(({ actor }) => actor).sort(), [
    'assistanceProvider',
    'caseManager',
    'childProtectionActor',
    'identifyingActor',
    'justiceActor',
    'migrationActor',
  ])
  t.match(catalogue.description, /official texts .* were not at hand/)
})

t.test('all names and steps are there in ten languages, in their script', async (t) => {
  t.strictSame(
    titles.map(({ language }) => language),
    ['bg', 'de', 'es', 'fr', 'it', 'mk', 'ro', 'sq', 'sr-Cyrl', 'sr-Latn'],
  )
  for (const names of titles) {
    const { language, of, status, sops, actors, crossCutting, measures } = names
    t.ok(validateMeasureTitles(names), language)
    t.strictSame([of, status], [catalogue.version, 'draft'])
    t.strictSame(
      sops.map(({ sop }) => sop),
      catalogue.sops.map(({ sop }) => sop),
    )
    t.strictSame(
      actors.map(({ actor }) => actor),
      catalogue.actors.map(({ actor }) => actor),
    )
    t.strictSame(
      crossCutting.map(({ topic }) => topic),
      catalogue.crossCutting.map(({ topic }) => topic),
    )
    t.strictSame(
      measures.map(({ id, steps }) => [id, steps.length]),
      catalogue.measures.map(({ id, steps }) => [id, steps.length]),
      `${language}: a name for each step`,
    )
    t.equal(new Set(measures.map(({ title }) => title)).size, measures.length, `${language}: no name twice`)
    const all = [...sops, ...actors, ...crossCutting, ...measures].map(({ title }) => title)
    const texts = [...all, ...measures.flatMap(({ steps }) => steps)].join(' ')
    const isCyrillic = ['bg', 'mk', 'sr-Cyrl'].includes(language)
    t.notMatch(texts, isCyrillic ? /\p{Script=Latin}/u : /\p{Script=Cyrillic}/u, `${language}: one script`)
  }
})

t.test('every referral type brings measures to mind, and obliges nobody', async (t) => {
  for (const type of codes['referralType']?.enum ?? []) {
    const ids = measuresFor(shared, type as ReferralType)
    t.not(ids.length, 0, type)
    for (const id of ids) t.ok(findMeasure(shared, id), `${type}: ${id} exists`)
  }
  t.strictSame(measuresFor(shared, 'hearingTravel'), ['SOP5.M3', 'SOP5.M4', 'SOP5.M5'])
  t.strictSame(
    measuresFor(shared, 'assistedVoluntaryReturn'),
    [1, 2, 3, 4, 5, 6, 7].map((number) => `SOP4.M${number}`),
  )
})

const nationalMeasure: AddedMeasure['measure'] = {
  id: 'RO.1.1',
  sop: 'SOP2',
  title: 'Transit shelter',
  what: 'Two weeks in a transit shelter.',
  when: ['On arrival'],
  who: ['ngo', 'caseManager'],
  how: 'By agreement with the agency.',
  steps: [{ step: 1, title: 'Ask for a place', text: 'A week before.' }],
  checklist: ['A place is reserved.'],
  lessons: [{ text: 'Two weeks were enough.', source: 'E1' }],
  suggestedFor: ['shortTermAssistance'],
  pillar: 'individualSupport',
  source: ['NIRM'],
}
const adaptation: CatalogueAdaptation = {
  country: 'RO',
  version: '1',
  basedOn: 'trm-sop/1',
  language: 'en',
  status: 'draft',
  adaptedBy: 'National agency, secretariat',
  adaptedOn: '2026-11-22',
  description: 'For a test.',
  sources: [{ key: 'NIRM', what: 'National mechanism.' }],
  changes: [
    { do: 'add', measure: nationalMeasure, reason: 'Arrivals are many.' },
    { do: 'hide', id: 'SOP5.M3', reason: 'Courts do it.', source: ['NIRM'] },
    {
      do: 'reword',
      id: 'SOP1.M5',
      title: 'Recovery of 90 days',
      when: ['For 90 days'],
      reason: 'Law.',
      source: ['NIRM'],
    },
  ],
}

function adapted(changes: Partial<CatalogueAdaptation> = {}): readonly AdaptedMeasure[] {
  const result = adaptCatalogue(catalogue, { ...adaptation, ...changes })
  if (!result.ok) throw new Error(result.faults.map(({ code }) => code).join(' '))
  return result.measures
}

t.test('a country adds, hides and rewords; the shared words stay readable with who changed what', async (t) => {
  const measures = adapted()
  const origin = { country: 'RO', version: '1', status: 'draft', by: 'National agency, secretariat', on: '2026-11-22' }
  const isShared = (adapted: AdaptedMeasure): boolean => adapted.provenance !== 'national'
  t.strictSame(
    measures.filter(isShared).map(({ measure }) => measure.id),
    catalogue.measures.map(({ id }) => id),
    'no shared measure is lost',
  )
  t.strictSame(
    measures.filter(isShared).map((one) => (one.provenance === 'reworded' ? one.original : one.measure)),
    catalogue.measures,
    'nor a word of one',
  )
  t.equal(
    measures.findIndex(({ measure }) => measure.id === 'RO.1.1'),
    12,
    'after the shared ones of its SOP',
  )
  const national = findMeasure(measures, 'RO.1.1')
  t.match(national, {
    provenance: 'national',
    measure: { status: 'national' },
    change: { ...origin, source: ['NIRM'] },
  })
  t.ok(validateMeasure(national?.measure))
  const reworded = findMeasure(measures, 'SOP1.M5')
  t.match(reworded, {
    provenance: 'reworded',
    measure: {
      id: 'SOP1.M5',
      title: 'Recovery of 90 days',
      when: ['For 90 days'],
      status: 'secondary',
      pillar: 'identificationAndProtection',
    },
    original: { title: 'Recovery and reflection period' },
    change: { ...origin, reason: 'Law.', source: ['NIRM'] },
  })
  t.ok(validateMeasure(reworded?.measure), 'what the change itself says does not get into the measure')
  t.match(findMeasure(measures, 'SOP5.M3'), { provenance: 'shared', hidden: { ...origin, reason: 'Courts do it.' } })
  t.strictSame(measuresFor(measures, 'hearingTravel'), ['SOP5.M4', 'SOP5.M5'], 'what is hidden is not suggested')
  t.ok(measuresFor(measures, 'shortTermAssistance').includes('RO.1.1'))
})

type Changes = CatalogueAdaptation['changes']
const add = (measure: Partial<AddedMeasure['measure']>): Changes[number] => ({
  do: 'add',
  measure: { ...nationalMeasure, ...measure },
  reason: 'Test.',
})
const hide = (id: string, source = ['NIRM']): Changes[number] => ({ do: 'hide', id, reason: 'Test.', source })

/** A change of the sound adaptation, and what it is refused for. */
const refused: readonly (readonly [code: MeaningFaultCode, at: string, changes: Partial<CatalogueAdaptation>])[] = [
  ['basis-wrong', '/basedOn', { basedOn: 'trm-sop/2' }],
  ['id-shared', '/changes/0/measure/id', { changes: [add({ id: 'SOP1.M1' })] }],
  ['id-shared', '/changes/0/measure/id', { changes: [add({ id: 'SOP1.M99' })] }],
  ['id-taken', '/changes/1/measure/id', { changes: [add({}), add({ title: 'Another' })] }],
  ['country-foreign', '/changes/0/measure/id', { changes: [add({ id: 'BG.1.1' })] }],
  ['measure-unknown', '/changes/0/id', { changes: [hide('SOP1.M99')] }],
  ['measure-unknown', '/changes/1/id', { changes: [add({}), hide('RO.1.1')] }],
  [
    'measure-unknown',
    '/changes/0/id',
    { changes: [{ do: 'reword', id: 'BG.1.4', how: 'So.', reason: 'Test.', source: ['NIRM'] }] },
  ],
  [
    'changed-twice',
    '/changes/1/id',
    { changes: [hide('SOP1.M1'), { do: 'reword', id: 'SOP1.M1', how: 'So.', reason: 'Test.', source: ['NIRM'] }] },
  ],
  ['reword-empty', '/changes/0', { changes: [{ do: 'reword', id: 'SOP1.M1', reason: 'Test.', source: ['NIRM'] }] }],
  ['steps-unordered', '/changes/0/measure/steps', { changes: [add({ steps: [{ step: 2, title: 'x', text: 'x' }] })] }],
  ['source-unknown', '/changes/0/source/1', { changes: [hide('SOP1.M1', ['NIRM', 'NOWHERE'])] }],
  ['source-unknown', '/changes/0/measure/source/0', { changes: [add({ source: ['NOWHERE'] })] }],
  [
    'source-unknown',
    '/changes/0/measure/lessons/0/source',
    { changes: [add({ lessons: [{ text: 'x', source: 'NOWHERE' }] })] },
  ],
  ['source-taken', '/sources/1/key', { sources: [...adaptation.sources, { key: 'S1', what: 'Ours now.' }] }],
]

for (const [code, at, changes] of refused) {
  t.test(`an adaptation is refused by ${code} at ${at}`, async (t) => {
    const whole = { ...adaptation, ...changes }
    t.ok(validateCatalogueAdaptation(whole), 'the schema alone would take it')
    t.strictSame(adaptCatalogue(catalogue, whole), { ok: false, faults: [{ code, at }] })
    t.strictSame(checkAdaptation(whole, catalogue), { ok: false, faults: [{ code, at }] })
  })
}

t.test('every fault of a file is told at once, each change in the words of its own kind', async (t) => {
  t.strictSame(checkAdaptation(adaptation, catalogue), { ok: true, adaptation })
  const { version: _version, ...unversioned } = adaptation
  const value = {
    ...unversioned,
    surprise: true,
    changes: [
      { do: 'hide', id: 'SOP1.M1', source: ['NIRM'] },
      hide('SOP1.M99'),
      { ...add({}), measure: { ...nationalMeasure, who: ['wizard'], pillar: 'none' } },
      { do: 'rename', id: 'SOP1.M2' },
      'text',
      add({ id: 'XK.1.1' }),
      { do: 'reword', id: 'SOP1.M2', pillar: 'socialInclusion', reason: 'Test.', source: ['NIRM'] },
    ],
  }
  const checked = checkAdaptation(value, catalogue)
  const told = checked.ok
    ? []
    : checked.faults.map((fault) =>
        fault.code === 'schema-invalid'
          ? `${fault.fault.instancePath} ${fault.fault.keyword}`
          : `${fault.at} ${fault.code}`,
      )
  t.strictSame(told.sort(), [
    ' additionalProperties',
    ' required',
    '/changes/0 required',
    '/changes/1/id measure-unknown',
    '/changes/2/measure/pillar enum',
    '/changes/2/measure/who/0 anyOf',
    '/changes/3/do enum',
    '/changes/4 type',
    '/changes/5/measure/id country-foreign',
    '/changes/6 additionalProperties',
  ])
  for (const odd of [null, 7, [], 'x', {}, { changes: {} }, { changes: [null, [], 1] }]) {
    t.equal(checkAdaptation(odd, catalogue).ok, false)
  }
})

t.test('a translation stands for the words that were translated, not for those of a country', async (t) => {
  const names = titlesIn('de')
  const name = (measures: readonly AdaptedMeasure[], id: string): unknown => {
    const found = findMeasure(measures, id)
    return names === undefined || found === undefined ? 'not there' : translatedTitle(names, found)
  }
  t.match(name(shared, 'SOP1.M5'), { title: 'Erholungs- und Bedenkzeit', steps: { length: 5 }, status: 'draft' })
  t.equal(name(adapted(), 'SOP1.M5'), undefined, 'the country has a name of its own')
  t.equal(name(adapted(), 'RO.1.1'), undefined)
  const { steps } = nationalMeasure
  const reworded = adapted({ changes: [{ do: 'reword', id: 'SOP1.M3', steps, reason: 'Test.', source: ['NIRM'] }] })
  t.match(name(reworded, 'SOP1.M3'), { title: 'Frühe Risikoeinschätzung', steps: undefined })
  t.equal(titlesIn('en'), undefined)
})

t.test('the adaptations that come with the program fit it', async (t) => {
  for (const one of adaptations) {
    t.strictSame(checkAdaptation(one, catalogue), { ok: true, adaptation: one }, one.country)
    const country = countryMeasures(one.country)
    t.ok(country?.ok)
  }
  const bg = countryMeasures('BG')
  const measures = bg?.ok === true ? bg.measures : []
  t.match(findMeasure(measures, 'SOP1.M5')?.measure.when, [/30 days/, /cooperate/])
  t.match(findMeasure(measures, 'BG.1.4'), { provenance: 'national', measure: { sop: 'SOP1' } })
  t.ok(measuresFor(measures, 'compensationClaim').includes('BG.3.4'))
  t.equal(countryMeasures('RO'), undefined)
})

const states = (codes['measureState']?.enum ?? []) as readonly MeasureState[]
const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}`

function planOf(ids: readonly string[], measures = shared as readonly AdaptedMeasure[]): Plan {
  return ids.reduce<Plan>((plan, id) => {
    const next = addMeasure(plan, measures, { id, on: day(1) })
    if (!next.ok) throw new Error(next.code)
    return next.plan
  }, [])
}

t.test('a plan takes any measure first and any state after any other', async (t) => {
  for (const from of states) {
    for (const to of states) {
      const added = addMeasure([], shared, { id: 'SOP5.M7', state: from, on: day(1), note: 'kept' })
      const set = added.ok ? setMeasureState(added.plan, { id: 'SOP5.M7', state: to, on: day(2) }) : added
      const since = from === to ? day(1) : day(2)
      t.strictSame(
        set,
        { ok: true, plan: [{ measure: 'SOP5.M7', state: to, since, note: 'kept' }] },
        `${from} to ${to}`,
      )
    }
  }
  const ids = shared.map(({ measure }) => measure.id)
  fc.assert(
    fc.property(
      fc.shuffledSubarray(ids),
      fc.array(fc.tuple(fc.nat(40), fc.constantFrom(...states)), { maxLength: 40 }),
      (chosen, steps) => {
        let plan = planOf(chosen)
        for (const [index, state] of steps) {
          const id = chosen[index]
          if (id === undefined) continue
          const next = setMeasureState(plan, { id, state, on: day(3) })
          if (!next.ok) return false
          plan = next.plan
        }
        return validateMeasurePlan(plan) && plan.length === chosen.length
      },
    ),
    { seed: 4, numRuns: 200 },
  )
})

t.test('a plan refuses only what it cannot mean', async (t) => {
  const plan = planOf(['SOP4.M2'])
  const on = day(2)
  t.strictSame(addMeasure(plan, shared, { id: 'SOP4.M2', on }), { ok: false, code: 'measure-planned' })
  t.strictSame(addMeasure(plan, shared, { id: 'BG.1.4', on }), { ok: false, code: 'measure-unknown' })
  t.strictSame(setMeasureState(plan, { id: 'SOP4.M1', state: 'done', on }), { ok: false, code: 'measure-not-planned' })
  t.strictSame(removeMeasure(plan, 'SOP4.M1'), { ok: false, code: 'measure-not-planned' })
  t.strictSame(removeMeasure(plan, 'SOP4.M2'), { ok: true, plan: [] })
  t.strictSame(setMeasureState(plan, { id: 'SOP4.M2', state: 'refusedByPerson', on, note: 'Later perhaps.' }), {
    ok: true,
    plan: [{ measure: 'SOP4.M2', state: 'refusedByPerson', since: on, note: 'Later perhaps.' }],
  })
  t.strictSame(plan, [{ measure: 'SOP4.M2', state: 'open', since: day(1) }], 'the plan that was given is untouched')
})

t.test('a plan shows what a country hides and what nobody knows, and counts all', async (t) => {
  const measures = adapted()
  const foreign: Plan = [{ measure: 'BG.1.4', state: 'open', since: day(1) }]
  const plan = [...foreign, ...planOf(['SOP5.M3', 'RO.1.1', 'SOP1.M1'], measures)]
  t.match(viewPlan(plan, measures), [
    { item: { measure: 'SOP1.M1' }, isHidden: false },
    { item: { measure: 'RO.1.1' }, adapted: { provenance: 'national' }, isHidden: false },
    { item: { measure: 'SOP5.M3' }, adapted: { measure: { id: 'SOP5.M3' } }, isHidden: true },
    { item: { measure: 'BG.1.4' }, adapted: undefined, isHidden: false },
  ])
  const done = setMeasureState(plan, { id: 'SOP1.M1', state: 'done', on: day(2) })
  const summary = summarisePlan(done.ok ? done.plan : [], measures)
  t.strictSame(
    summary.map(({ sop, total }) => [sop, total]),
    [
      ['SOP1', 1],
      ['SOP2', 1],
      ['SOP3', 0],
      ['SOP4', 0],
      ['SOP5', 1],
      [undefined, 1],
    ],
  )
  const none = { open: 0, planned: 0, inProgress: 0, done: 0, notNeeded: 0, refusedByPerson: 0 }
  t.strictSame(summary[0]?.byState, { ...none, done: 1 })
  t.strictSame(Object.keys(none).sort(), [...states].sort(), 'every state of the code list is counted')
  t.equal(summarisePlan([], measures).length, 5)
})

t.test('trm sop lists, shows and checks without a node', async (t) => {
  const cwd = t.testdir()
  const list = await trm(['sop', 'list', '--sop', 'SOP4', '--json'])
  t.match(list, { code: 0, result: { catalogue: 'trm-sop/1', adaptation: null, measures: { length: 7 } } })
  const german = await trm(['sop', 'list', '--type', 'hearingTravel', '--lang', 'de'])
  t.match(german.out, /SOP5\.M3 .*Vor der Verhandlung.*\(draft; Before the hearing/)
  const bulgarian = await trm(['sop', 'list', '--country', 'BG', '--sop', 'SOP1', '--json'])
  t.match(bulgarian.result, { adaptation: { country: 'BG', status: 'draft' } })
  t.match(bulgarian.result.measures.at(-1), { id: 'BG.1.4', provenance: 'national', isHidden: false })

  const show = await trm(['sop', 'show', 'SOP1.M5', '--country', 'BG'])
  for (const part of ['30 days', 'Steps', '[ ] ', 'For a child', 'reworded by BG']) t.ok(show.out.includes(part), part)
  t.match((await trm(['sop', 'show', 'SOP4.M2', '--json', '--lang', 'ro'])).result, {
    provenance: 'shared',
    measure: { id: 'SOP4.M2', steps: { length: 6 } },
    translated: { language: 'ro', status: 'draft', steps: { length: 6 } },
  })
  t.match((await trm(['sop', 'show', 'children'])).out, /^Special measures for children\n/)
  t.match(await trm(['sop', 'show', 'SOP9.M9']), { code: 2, err: /trm sop list/ })
  t.match(await trm(['sop', 'list', '--country', 'RO']), { code: 2, err: /there is: BG[^]*--adaptation FILE/ })
  t.match(await trm(['sop', 'list', '--lang', 'tlh']), { code: 2, err: /There is: en, bg, de/ })
  t.match(await trm(['sop', 'list', '--type', 'nonsense']), { code: 2, err: /--type is one of .*hearingTravel/ })

  const write = (name: string, value: unknown): void => writeFileSync(path.join(cwd, name), JSON.stringify(value))
  write('RO.json', adaptation)
  t.match(await trm(['sop', 'check', 'RO.json', '--json'], { cwd }), {
    code: 0,
    result: { valid: true, country: 'RO', added: 1, hidden: 1, reworded: 1 },
  })
  const own = await trm(['sop', 'list', '--adaptation', 'RO.json', '--sop', 'SOP5'], { cwd })
  t.notMatch(own.out, 'SOP5.M3')
  t.match((await trm(['sop', 'list', '--adaptation', 'RO.json', '--hidden'], { cwd })).out, /SOP5\.M3 +shared, hidden/)

  write('bad.json', {
    ...adaptation,
    basedOn: 'trm-sop/9',
    changes: [hide('SOP1.M99'), { do: 'hide', id: 'SOP1.M1', source: [] }],
  })
  t.strictSame((await trm(['sop', 'check', 'bad.json', '--json'], { cwd })).problem.faults, [
    { at: '/changes/1/reason', message: 'is missing', code: 'schema-invalid' },
    { at: '/changes/1/source', message: 'must have at least 1 items', code: 'schema-invalid' },
    { at: '/basedOn', message: 'must be trm-sop/1, the catalogue of this version', code: 'basis-wrong' },
    { at: '/changes/0/id', message: 'is no measure of the shared catalogue: trm sop list', code: 'measure-unknown' },
  ])
  t.equal((await trm(['sop', 'check', 'bad.json'], { cwd })).code, 2)
  t.match(await trm(['sop', 'show', 'SOP1.M1', '--adaptation', 'bad.json'], { cwd }), {
    code: 2,
    err: /trm sop check bad.json/,
  })
  writeFileSync(path.join(cwd, 'torn.json'), '{"country":')
  t.equal((await trm(['sop', 'check', 'torn.json'], { cwd })).code, 2)
  for (const command of ['list', 'show', 'check']) {
    t.match((await trm(['sop', command, '--help'])).out, /Examples:\n {2}\$ trm sop /)
  }
})

t.test('the texts name no person, no number and no address', async (t) => {
  const text = readFileSync(new URL('../../schemas/sop/catalogue.json', import.meta.url), 'utf8')
  t.notMatch(text, /@|https?:|\+\d|\d{5}/)
})
