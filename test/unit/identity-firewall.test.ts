import assert from 'node:assert/strict'
import { Readable, Writable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { runCli } from '../../src/cli/run-cli.js'
import { findIdentityData } from '../../src/policy/identity/find-identity-data.js'
import type { Finding } from '../../src/policy/identity/finding.js'
import { foldText } from '../../src/policy/identity/fold-text.js'
import { leaveOut, leftOut } from '../../src/policy/identity/leave-out.js'
import { readText } from '../../src/policy/identity/read-text.js'
import { identityRules, rulesetVersion } from '../../src/policy/identity/ruleset.js'
import { deniedTexts, ordinaryTexts, warnedTexts } from '../support/identity-texts.js'

const seed = 20_261_122
const allDenied = Object.values(deniedTexts).flat()
const allWarned = Object.values(warnedTexts).flat()

function verdictOf(findings: readonly Finding[]): 'deny' | 'warn' | 'pass' {
  if (findings.some(({ level }) => level === 'deny')) return 'deny'
  return findings.length > 0 ? 'warn' : 'pass'
}

for (const [kind, texts] of Object.entries(deniedTexts)) {
  t.test(`${kind} are denied in every language, script and disguise`, (t) => {
    for (const text of texts) t.equal(verdictOf(findIdentityData(text)), 'deny', text)
    t.end()
  })
}

t.test('what a person may override is a warning', (t) => {
  for (const text of allWarned) t.equal(verdictOf(findIdentityData(text)), 'warn', text)
  t.end()
})

t.test('ordinary texts of the field are not denied', (t) => {
  for (const text of ordinaryTexts) t.not(verdictOf(findIdentityData(text)), 'deny', text)
  const passing = ordinaryTexts.filter((text) => findIdentityData(text).length === 0)
  t.ok(
    passing.length >= ordinaryTexts.length * 0.9,
    `${passing.length} of ${ordinaryTexts.length} have not even a warning`,
  )
  t.end()
})

/** Rule, text before it, what it finds. */
const placed: readonly (readonly [rule: string, before: string, hit: string])[] = [
  ['email', 'Write to ', 'some.body@mail.example'],
  ['email', 'Write to ', 'some\u200bbody＠mail．example'],
  ['email-spelled', 'Write to ', 'somebody at gmail dot com'],
  ['phone-international', 'See ', '+4\ufe0f\u20e30\ufe0f\u20e3215550123'],
  ['phone-national', 'Nr. ', '0721 555 012'],
  ['phone-short', 'or ', '20 12 34 56'],
  ['phone-named', 'telephone ', '555 0123'],
  ['iban', 'Pay to ', 'RO49 AAAA 1B31 0075 9384 0000'],
  ['wallet', 'to ', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
  ['coordinates', 'at ', '44.4268, 26.1025'],
  ['three-words', 'at ', '///filled.count.soap'],
  ['three-words-alone', 'was ', 'tired.hungry.afraid'],
  ['shelter-place', 'the ', 'shelter is in Pernik'],
  ['venue', 'in ', 'Hotel Splendid'],
  ['url', 'See ', 'https://office.example/page'],
  ['host', 'See ', 'office-page.it'],
  ['shared-id', 'drive ', '1AbCdEfG'],
  ['map-link', 'See ', 'goo.gl/maps/abc'],
  ['handle', 'Ask ', '@some_body'],
  ['national-number', 'has ', '1800101221144'],
  ['national-code', 'has ', 'RSSMRA85T10A562S'],
  ['card', 'paid ', '4111 1111 1111 1111'],
  ['account', 'account ', '12345678'],
  ['device-number', 'IMEI ', '490154203237518'],
  ['digit-run', 'No. ', '123456789'],
  ['eight-digits', 'has ', '72155501'],
  ['number-parted', 'has ', '0721x555x012'],
  ['reference-number', 'grant ', '101045678'],
  ['document-number', 'passport ', 'AB1234567'],
  ['document-shape', 'has ', 'AB123456'],
  ['mrz', 'reads ', 'P<ROUDOE<<JANE<<<<<<<'],
  ['number-spelled', 'is ', 'zero seven two two one two three four'],
  ['birth-date', 'born ', '12 March 1994'],
  ['birth-date', 'geboren am ', '12. Ma\u0308rz 1994'],
  ['date', 'came on ', '12.03.2019'],
  ['birth-year', 'born in ', '1994'],
  ['name-context', 'her name is ', 'Zlatka'],
  ['name-title', 'with Mrs ', 'Petrescu'],
  ['name-relation', 'her sister ', 'Snežana'],
  ['name-full', 'met ', 'Мария Иванова'],
  ['name-full', 'met ', 'Mаriа Pорescu'],
  ['name-pair', 'met ', 'Grace Harmonson'],
  ['given-name', 'then ', 'Snežana'],
  ['surname', 'then ', 'Popescu'],
  ['letters-apart', 'then ', 'Z l a t o m i r a'],
  ['address', 'at ', 'ul. Vasila Levskog 12'],
  ['street', 'in ', 'ulica Zelenih Brestova'],
  ['plate-named', 'car ', 'BG 123-AB'],
  ['plate', 'saw ', 'BG 123-AB'],
  ['ip-address', 'from ', '192.168.1.34'],
  ['mac-address', 'from ', '00:1A:2B:3C:4D:5E'],
  ['encoded', 'has ', 'dGhpcyBpcyBhIHRlc3QgMTIz4567ABCDxyz'],
  ['age', 'is ', '23'],
  ['case-number', 'case no. ', '123/2019'],
  ['file-name', 'sent ', 'photo.jpg'],
  ['travel-time', 'flight at ', '14:35'],
  ['initials', 'saw ', 'A.M.'],
]
const behind: Readonly<Record<string, string>> = { age: ' years old', initials: ' today' }

t.test('every rule finds its thing, and tells its place in the text as it was written', (t) => {
  for (const [rule, before, hit] of placed) {
    const findings = findIdentityData(`${before}${hit}${behind[rule] ?? ', soon.'}`)
    const level = identityRules.find((one) => one.rule === rule)?.level
    t.match(findings, [{ rule, level, start: before.length, end: before.length + hit.length }], `${rule} ${hit}`)
  }
  t.strictSame(
    [...new Set(placed.map(([rule]) => rule))].sort(),
    identityRules.map(({ rule }) => rule).sort(),
    'all rules',
  )
  t.match(rulesetVersion, /^trm-identity\/\d+$/)
  t.end()
})

/** What is found by itself, without a word beside it. */
const alone = [
  ['email', 'desk@office.example'],
  ['email', 'desk [at] office [dot] example'],
  ['phone-international', '+40–21–555–0123'],
  ['url', 'hxxp://office.example'],
  ['handle', '@some_body'],
  ['iban', 'DE89 3704 0044 0532 0130 00'],
  ['phone-national', '0721 555 012'],
  ['digit-run', '1.2.3.4.5.6.7.8.9'],
  ['national-code', 'RSSMRA85T10A562S'],
] as const

t.test('the place is right whatever stands before and after it', (t) => {
  const filler = fc.string({
    unit: fc.constantFrom('a', 'é', 'ß', 'ﬁ', '\u200b', '👍', '㎏', 'Ж', ' ', '\u0301', '\ufe0f'),
    maxLength: 30,
  })
  fc.assert(
    fc.property(filler, filler, fc.constantFrom(...alone), (before, after, [rule, hit]) => {
      const start = before.length + 3
      const findings = findIdentityData(`${before} ; ${hit} ; ${after}`).filter(({ level }) => level === 'deny')
      assert.deepEqual(findings, [{ rule, level: 'deny', start, end: start + hit.length }])
    }),
    { seed, numRuns: 300 },
  )
  t.end()
})

const strangeText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...allDenied, ...ordinaryTexts),
        fc.constantFrom(
          '\u200b',
          '\u202e',
          '\ud800',
          '&#64;',
          '%40',
          '👍',
          'ﷺ',
          'é',
          'e\u0301',
          '\n',
          '[left out]',
          ' ',
        ),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(' ')),
)

t.test('any text is folded and read: places lie inside it, in order, and twice the same', (t) => {
  fc.assert(
    fc.property(strangeText, (text) => {
      const { text: folded, layout, startOf, endOf } = foldText(text)
      assert.equal(layout.length, folded.length)
      if (folded.length > 0) assert.ok(startOf(0) >= 0 && endOf(folded.length - 1) <= text.length)
      const { latin, digits, text: read } = readText(text)
      assert.deepEqual([latin.length, digits.length], [read.length, read.length])
      const findings = findIdentityData(text)
      for (const { start, end } of findings) assert.ok(start >= 0 && start < end && end <= text.length)
      assert.deepEqual(
        findings,
        findings.toSorted((a, b) => a.start - b.start || a.end - b.end),
      )
      assert.deepEqual(findIdentityData(text), findings)
    }),
    { seed, numRuns: 400 },
  )
  t.end()
})

t.test('a text whose denied passages are left out passes, and keeps the rest', (t) => {
  const text = 'She may be called on +40 21 555 01 23 in the evening; mail desk@office.example as well.'
  t.same(leaveOut(text), {
    text: `She may be called on ${leftOut} in the evening; mail ${leftOut} as well.`,
    findings: findIdentityData(text).filter(({ level }) => level === 'deny'),
  })
  for (const ordinary of ordinaryTexts) t.same(leaveOut(ordinary), { text: ordinary, findings: [] })
  for (const denied of allDenied) {
    t.not(verdictOf(findIdentityData(leaveOut(denied).text)), 'deny', denied)
  }
  fc.assert(
    fc.property(strangeText, (strange) => {
      const { text: rest, findings } = leaveOut(strange)
      assert.notEqual(verdictOf(findIdentityData(rest)), 'deny')
      // What stays is told nowhere, and what is told does not stay: the places are those of the text as it was given.
      const isLeftOut = (at: number): boolean => findings.some(({ start, end }) => start <= at && at < end)
      const units = strange.split('').filter((_, at) => !isLeftOut(at))
      // The mark itself is an ordinary text as well.
      assert.equal(rest.replaceAll(leftOut, ''), units.join('').replaceAll(leftOut, ''))
    }),
    { seed, numRuns: 200 },
  )
  t.end()
})

function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage().user
  work()
  return (process.cpuUsage().user - before) / 1000
}

t.test('time grows with the text and no faster, on 50 kB of what is hostile to one rule or another', (t) => {
  const pieces = [
    ...['a', '1 ', 'a.', 'a@', '+1', 'RO49 AAAA ', 'a at ', '-', 'Ana ', 'M. ', 'her name is ', 'zero ', '12.03.1994 '],
    ...[
      'born 12 march ',
      'ul. X ',
      'X 12 street ',
      'car AB 123 CD ',
      'A<',
      'passport AB123456 ',
      '1:a',
      '44.1234, ',
      '[.]',
      'Ana 1, ',
      'X y ',
      'her name is a.b.c.d ',
      'born of one may ',
      'M a ',
      '0721x',
      '12 then ',
      'signal a.b ',
      'mail: ab cd, ',
      'drive Ab1',
      'via roma ',
      'Mar1a ',
      'DOB first second ',
    ],
  ]
  for (const piece of pieces) {
    const [half, whole] = [piece.repeat(25_000 / piece.length), piece.repeat(50_000 / piece.length)] as const
    // Other work disturbs a measurement; a rule that is worse than linear is so each time.
    const isLinear = [1, 2, 3, 4].some(() => {
      const first = cpuMilliseconds(() => findIdentityData(half))
      return cpuMilliseconds(() => findIdentityData(whole)) < 3 * first
    })
    t.ok(isLinear, JSON.stringify(piece))
  }
  t.end()
})

const firewall = (input: string, ...words: readonly string[]): ReturnType<typeof runFirewall> =>
  runFirewall({ input, isTty: false }, ...words)

async function runFirewall(
  { input, isTty }: { readonly input: string; readonly isTty: boolean },
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const texts = { out: '', err: '' }
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        texts[name] += chunk.toString()
        done()
      },
    })
  const stdin = Readable.from(
    Buffer.from(input)
      .toString('latin1')
      .match(/[^]{1,7}/g)
      ?.map((part) => Buffer.from(part, 'latin1')) ?? [],
  )
  const io = { stdin, stdout: into('out'), stderr: into('err'), env: {}, cwd: t.testdirName, isTty }
  const code = await runCli(['firewall', 'check', ...words], io)
  return { code, ...texts }
}

t.test('trm firewall check answers a line for a line, without a node', async (t) => {
  const lines = [
    { text: 'Позвонить +40 21 555 01 23', lang: 'ru', id: 7 },
    { text: 'ok\u2028ok' },
    { text: 'she is 23 years old' },
  ]
  for (const words of [[], ['--json']]) {
    const { code, out } = await firewall(lines.map((line) => JSON.stringify(line)).join('\n'), ...words)
    t.equal(code, 1)
    t.strictSame(
      out
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
      [
        { verdict: 'deny', findings: [{ rule: 'phone-international', level: 'deny', start: 10, end: 26 }] },
        { verdict: 'pass', findings: [] },
        { verdict: 'warn', findings: [{ rule: 'age', level: 'warn', start: 7, end: 9 }] },
      ],
    )
  }
  const bad = await firewall('{"text":"ok"}\n\n{"text":"ok"}\nsecret-7\n{"text":"ok"}\n')
  t.equal(bad.code, 2)
  t.equal(bad.out.split('\n').length, 3)
  t.match(bad.err, /Line 4 /)
  t.notMatch(bad.err + bad.out, /secret/)
  t.equal((await firewall('{"text":"she is 23 years old"}')).code, 0)
  t.equal((await firewall('{"text":7}')).code, 2)
  t.equal((await firewall('')).code, 2)
  t.equal((await firewall('', 'absent.jsonl')).code, 2)
  const rules: unknown = JSON.parse((await firewall('', '--rules', '--json')).out)
  t.strictSame(rules, { ruleset: rulesetVersion, rules: identityRules })
  t.match((await firewall('', '--rules')).out, /email +deny +2 +an address/)
})

t.test(
  'a person who types, and --text, give plain text; a file that is none of both is told what it should be',
  async (t) => {
    const input = 'She calls\n+40 21 555 01 23\n'
    const denied = { code: 1, out: /^deny\n[^]*deny +phone-international +10-26\n/ }
    t.match(await runFirewall({ input, isTty: true }), { ...denied, err: /Ctrl-D/ })
    t.match(await firewall(input, '--text', '-'), denied)
    t.strictSame(JSON.parse((await firewall('', '--text', 'Call +40 21 555 01 23', '--json')).out), {
      verdict: 'deny',
      findings: [{ rule: 'phone-international', level: 'deny', start: 5, end: 21 }],
    })
    t.match(await firewall('', '--text', 'She likes to sing.'), { code: 0, out: 'pass\n' })
    t.equal((await runFirewall({ input: '', isTty: true })).code, 2)
    t.match(await firewall(input), {
      code: 2,
      err: /Line 1 [^]*\{"text":"She likes to sing\."[^]*--text -[^]*trm referral check FILE/,
    })
  },
)
