import fc from 'fast-check'
import t from 'tap'
import { decodeBase64url, encodeBase64url, isBase64urlOf32 } from '../../src/wire/base64url.js'
import { canonicalJson } from '../../src/wire/canonical-json.js'
import { validateReferral, validateReferralDeclineBody } from '../../src/wire/generated/validators.js'
import { maxFaults, pointersOf } from '../../src/wire/schema-faults.js'
import { parseStrictJson } from '../../src/wire/strict-json.js'
import { readSchemaJson } from '../codegen/schema-files.js'
import { refusalOf, wordsOf } from '../support/refusal-of.js'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const seeded = { seed: 20_261_122 }

t.test('J-08 only canonical base64url is decoded', (t) => {
  t.strictSame(decodeBase64url(''), Buffer.alloc(0))
  t.strictSame(decodeBase64url('-_8'), Buffer.from([0xfb, 0xff]))
  const spellings = {
    padding: '-_8=',
    'other alphabet': '+/8',
    'mixed alphabet': '-/8',
    'unused bit set': '-_9',
    'four unused bits set': 'AB',
    'impossible length': 'AAAAA',
    'line break inside': '-_\n8',
    'line break at the end': '-_8\n',
    'space in front': ' -_8',
    'NUL at the end': '-_8\0',
    'dot at the end': '-_8.',
    'beyond ASCII': '-_8é',
    'full-width letter': '-_８',
    'letter plus 256': `-_${String.fromCharCode(0x138)}`,
    'only padding': '=',
    'lone surrogate': '-_8\ud800',
  }
  for (const [name, text] of Object.entries(spellings)) t.equal(decodeBase64url(text), undefined, name)
  t.end()
})

t.test('bytes survive base64url, and no two texts decode to the same bytes', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      t.strictSame(new Uint8Array(decodeBase64url(encodeBase64url(bytes)) ?? []), bytes)
    }),
    { ...seeded, numRuns: 50 },
  )
  const almost = fc.string({ unit: fc.constantFrom(...'AQgw09-_+/= \n'), maxLength: 9 })
  fc.assert(
    fc.property(almost, (text) => {
      const bytes = decodeBase64url(text)
      return bytes === undefined || encodeBase64url(bytes) === text
    }),
    { ...seeded, numRuns: 5000 },
  )
  t.end()
})

t.test('the text of 32 bytes is told by its form exactly as by decoding', (t) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const texts = [...alphabet, '=', '+', '\n'].map((last) => 'A'.repeat(42) + last)
  for (const text of [...texts, '', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(43)}\n`]) {
    t.equal(isBase64urlOf32(text), decodeBase64url(text)?.length === 32, JSON.stringify(text))
  }
  t.equal(isBase64urlOf32(43), false)
  t.end()
})

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
const many = (items: number): string => JSON.stringify(Array.from({ length: items }, () => 0))

const refusedJson: readonly (readonly [name: string, text: string | Uint8Array, reason: string, offset: number])[] = [
  ['duplicate member', '{"a":1,"a":1}', 'duplicate-member', 7],
  ['duplicate member, one escaped', '{"a":1,"\\u0061":2}', 'duplicate-member', 7],
  ['duplicate member in a nested object', '[{"x":{"b":1,"c":2,"b":3}}]', 'duplicate-member', 19],
  ['duplicate empty member', '{"":1,"":2}', 'duplicate-member', 6],
  ['duplicate member that looks like an index', '{"0":1,"0":2}', 'duplicate-member', 7],
  ['member __proto__', '{"__proto__":{}}', 'member-name', 1],
  ['member __proto__, escaped', '{"\\u005f_proto__":{}}', 'member-name', 1],
  ['member constructor', '{"a":{"constructor":1}}', 'member-name', 6],
  ['member prototype', '{"prototype":1}', 'member-name', 1],
  ['depth 17', deep(17), 'depth', 16],
  ['depth 17 in objects', '{"a":'.repeat(17) + '1' + '}'.repeat(17), 'depth', 80],
  ['2001 items', many(2001), 'count', 4001],
  ['2^53', '9007199254740992', 'number', 0],
  ['2^53+1', '[9007199254740993]', 'number', 1],
  ['-2^53', '-9007199254740992', 'number', 0],
  ['an integer written with an exponent', '1e16', 'number', 0],
  ['an integer written with a fraction', '9007199254740993.0', 'number', 0],
  ['1e400', '{"a":1e400}', 'number', 5],
  ['-1e400', '-1e400', 'number', 0],
  ['-0', '-0', 'number', 0],
  ['-0.0e7', '[-0.0e7]', 'number', 1],
  ['a negative number too small for a double', '-1e-400', 'number', 0],
  ['byte order mark', '\ufeff{}', 'byte-order-mark', 0],
  ['lone high surrogate', '"\\ud83d"', 'lone-surrogate', 0],
  ['lone low surrogate', '"\\ude00"', 'lone-surrogate', 0],
  ['surrogates in wrong order', '"\\ude00\\ud83d"', 'lone-surrogate', 0],
  ['escaped high surrogate before a raw character', '"\\ud83d😀"', 'lone-surrogate', 0],
  ['lone surrogate in a member name', '{"\\udead":1}', 'lone-surrogate', 1],
  ['a second value', '{} {}', 'trailing-data', 3],
  ['a closing bracket too many', '[]]', 'trailing-data', 2],
  ['NUL at the end', '{}\0', 'trailing-data', 2],
  ['UTF-8 cut short', Uint8Array.of(0x22, 0xc3, 0x22), 'utf-8', 0],
  ['UTF-8 longer than needed', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'utf-8', 0],
  ['a surrogate in UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0xbd, 0x22), 'utf-8', 0],
  ['UTF-16', Uint8Array.of(0x7b, 0, 0x7d, 0), 'syntax', 1],
  ['UTF-16 with its mark', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0), 'utf-8', 0],
  ['nothing', '', 'syntax', 0],
  ['only space', ' \t\r\n', 'syntax', 4],
  ['other space', '\u00a0{}', 'syntax', 0],
  ['a comment', '/**/{}', 'syntax', 0],
  ['a comma at the end of an array', '[1,]', 'syntax', 3],
  ['a comma at the end of an object', '{"a":1,}', 'syntax', 7],
  ['a member without a value', '{"a"}', 'syntax', 4],
  ['a member name without quotes', '{a:1}', 'syntax', 1],
  ['single quotes', "{'a':1}", 'syntax', 1],
  ['an array closed as an object', '[1}', 'syntax', 2],
  ['an object closed as an array', '{"a":1]', 'syntax', 6],
  ['an array without end', '[1', 'syntax', 2],
  ['a string without end', '"a', 'syntax', 2],
  ['a string that ends in a backslash', '"a\\', 'syntax', 4],
  ['a control character in a string', '"\t"', 'syntax', 1],
  ['a control character after an escape', '"\\n\t"', 'syntax', 3],
  ['an unknown escape', '"\\x41"', 'syntax', 0],
  ['a short escape', '"\\u041"', 'syntax', 0],
  ['an escape with a sign', '"\\u+041"', 'syntax', 0],
  ['a line break behind a backslash', '["\\\n"]', 'syntax', 1],
  ['a leading zero', '01', 'trailing-data', 1],
  ['a leading plus', '+1', 'syntax', 0],
  ['a lone minus', '-', 'syntax', 1],
  ['a bare fraction', '.5', 'syntax', 0],
  ['an empty fraction', '1.', 'syntax', 2],
  ['an empty exponent', '1e+', 'syntax', 3],
  ['hexadecimal', '0x10', 'trailing-data', 1],
  ['NaN', 'NaN', 'syntax', 0],
  ['Infinity', '-Infinity', 'syntax', 1],
  ['a wrong word', 'nul', 'syntax', 0],
  ['a word in capitals', 'True', 'syntax', 0],
]

t.test('J-07 JSON with two meanings, or none, is refused with a reason and a place', (t) => {
  for (const [name, text, reason, offset] of refusedJson) {
    const bytes = typeof text === 'string' ? utf8(text) : text
    t.strictSame(
      refusalOf(() => parseStrictJson(bytes)),
      { code: 'json-refused', details: { reason, offset } },
      name,
    )
  }
  t.end()
})

t.test('JSON at the limits is read', (t) => {
  t.strictSame(parseStrictJson(utf8(deep(16))), JSON.parse(deep(16)))
  t.strictSame(parseStrictJson(utf8(many(2000))), JSON.parse(many(2000)))
  const texts = [
    ' \t\r\n{ "a" : [ 1 , { } , [ ] ] , "b" : null }\n',
    '9007199254740991',
    '-9007199254740991',
    '[0,0.0,-1.5,1E3,1e-3,2e+2,1e-400]',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00"',
    '"é😀\u2028\ufeff\u007f"',
    '[true,false,null]',
    '{"toString":1,"hasOwnProperty":2,"__proto":3,"":4,"1":5,"01":6}',
  ]
  for (const [index, text] of texts.entries()) {
    t.strictSame(parseStrictJson(utf8(text)), JSON.parse(text), `text ${index}`)
  }
  const part = Buffer.from('xx{"a":1}xx').subarray(2, 9)
  t.strictSame(parseStrictJson(part), { a: 1 }, 'a view into a larger buffer')
  t.end()
})

/** The limits, judged slowly on what JSON.parse made of the text. */
function isWithinLimits(value: unknown): boolean {
  let count = 0
  const visit = (part: unknown, depth: number): boolean => {
    if (typeof part === 'number') return Math.abs(part) <= Number.MAX_SAFE_INTEGER
    if (typeof part !== 'object' || part === null) return true
    if (depth === 16) return false
    const names = Array.isArray(part) ? [] : Object.keys(part)
    if (names.some((name) => ['__proto__', 'constructor', 'prototype'].includes(name))) return false
    const parts: unknown[] = Object.values(part)
    count += parts.length
    return parts.every((inner) => visit(inner, depth + 1))
  }
  return visit(value, 0) && count <= 2000
}

t.test('any JSON value is read as JSON.parse reads it, or refused because of a limit', (t) => {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 20, depthSize: 'large', withCrossShrink: true },
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'prototype')), tie('value'), {
        maxKeys: 5,
      }),
    ),
  }))
  let refused = 0
  fc.assert(
    fc.property(value, (value) => {
      const text = JSON.stringify(value)
      const expected: unknown = JSON.parse(text)
      if (isWithinLimits(expected)) {
        // tap's comparison of deep values is slow; the texts are equal only if members come in the same order as well.
        return JSON.stringify(parseStrictJson(utf8(text))) === JSON.stringify(expected)
      }
      refused++
      return refusalOf(() => parseStrictJson(utf8(text)))?.code === 'json-refused'
    }),
    { ...seeded, numRuns: 400 },
  )
  t.not(refused, 0, 'limits were met')
  t.end()
})

t.test('a damaged text is never read where JSON.parse refuses it, nor read otherwise', (t) => {
  const intact = '{"a":[1,-2.5e3,"\\u00e9\\n",{"b":null,"c":true}],"d":{},"e":[[]]}'
  const damage = fc.tuple(
    fc.nat(intact.length - 1),
    fc.nat(3),
    fc.string({ unit: fc.constantFrom(...'{}[]:,"\\0159-+.eEun atrlf\t'), maxLength: 3 }),
  )
  let read = 0
  fc.assert(
    fc.property(damage, ([at, cut, insert]) => {
      const text = intact.slice(0, at) + insert + intact.slice(at + cut)
      let expected: string | undefined
      try {
        expected = JSON.stringify(JSON.parse(text))
      } catch {
        expected = undefined
      }
      const refusal = refusalOf(() => parseStrictJson(utf8(text)))
      if (refusal !== undefined) {
        // What JSON.parse reads is refused for its meaning only, never as a fault of syntax.
        return expected === undefined || !/syntax|trailing/.test(JSON.stringify(refusal.details))
      }
      read++
      return JSON.stringify(parseStrictJson(utf8(text))) === expected
    }),
    { ...seeded, numRuns: 5000 },
  )
  t.not(read, 0, 'some texts were still whole')
  t.end()
})

t.test('the work of the JSON parser grows with the text, whatever the text', (t) => {
  const names = (size: number): string => {
    const name = 'n'.repeat(size / 2000 - 10)
    return `{${Array.from({ length: 2000 }, (_, index) => `"${name}${String(index)}":0`).join(',')}}`
  }
  const shapes: Readonly<Record<string, (size: number) => string>> = {
    escapes: (size) => `"${'\\u0061'.repeat(size / 6)}"`,
    backslashes: (size) => `"${'\\\\'.repeat(size / 2)}`,
    'pairs of surrogates, the last one lone': (size) => `"${'\\ud83d\\ude00'.repeat(size / 12)}\\ud83d"`,
    digits: (size) => '9'.repeat(size),
    'digits of a fraction': (size) => `0.${'3'.repeat(size)}`,
    zeros: (size) => `1e-${'0'.repeat(size)}`,
    space: (size) => `${' '.repeat(size)}[${' '.repeat(size / 10)}`,
    'long member names': names,
    'long member names, escaped': (size) => names(size / 2).replaceAll('"n', '"\\u006e'),
    'many items': (size) => many(size / 2),
    'many brackets': (size) => '['.repeat(size),
    'not UTF-8 at the end': (size) => 'é'.repeat(size / 2),
  }
  for (const [name, shape] of Object.entries(shapes)) {
    const small = Buffer.from(shape(100_000))
    const large = Buffer.from(shape(1_000_000))
    const end = name.startsWith('not UTF-8') ? 1 : 0
    const [tenSmall, oneLarge] = timesOfSameWork(
      () => refusalOf(() => parseStrictJson(small.subarray(0, small.length - end))),
      () => refusalOf(() => parseStrictJson(large.subarray(0, large.length - end))),
    )
    // Linear work takes the same time in ten pieces as in one; quadratic work takes ten times as long.
    t.ok(
      oneLarge < 2 * tenSmall + 0.5,
      `${name}: 10 x 100 kB ${tenSmall.toFixed(2)} ms, 1 MB ${oneLarge.toFixed(2)} ms`,
    )
  }
  t.end()
})

/**
 * Fastest milliseconds of ten small runs and of one large run. Both windows are equally long, so that a busy machine
 * disturbs them alike; more rounds are taken while the large one looks slow.
 */
function timesOfSameWork(small: () => unknown, large: () => unknown): readonly [number, number] {
  let tenSmall = Infinity
  let oneLarge = Infinity
  for (let round = 0; round < 5 || (round < 60 && oneLarge >= 2 * tenSmall); round++) {
    const start = performance.now()
    for (let run = 0; run < 10; run++) small()
    const middle = performance.now()
    large()
    tenSmall = Math.min(tenSmall, middle - start)
    oneLarge = Math.min(oneLarge, performance.now() - middle)
  }
  return [tenSmall, oneLarge]
}

t.test('a refusal of JSON repeats nothing of it', (t) => {
  const canary = 'CANARY'
  const attempts: readonly (() => unknown)[] = [
    () => parseStrictJson(utf8(`{"${canary}":1,"${canary}":2}`)),
    () => parseStrictJson(utf8(`{"a":${canary}}`)),
    () => parseStrictJson(Buffer.concat([utf8(canary), Uint8Array.of(0xff)])),
    () => canonicalJson({ [canary]: undefined }),
  ]
  for (const [index, attempt] of attempts.entries()) {
    t.not(wordsOf(attempt), '', `attempt ${index} is refused`)
    t.notMatch(wordsOf(attempt), canary)
  }
  t.end()
})

t.test('canonical JSON is that of RFC 8785', (t) => {
  t.equal(
    canonicalJson({
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 1e-27],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
  const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']
  const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])))
  t.equal(text, `{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`)
  t.end()
})

t.test('what is not JSON has no canonical text', (t) => {
  const values = [
    undefined,
    NaN,
    Infinity,
    1n,
    Symbol('x'),
    () => 1,
    { a: undefined },
    { a: () => 1 },
    [undefined],
    new Array(2),
    new Date(0),
    new Map(),
    Buffer.from('x'),
    '\ud800',
    { '\udc00': 1 },
    { a: [{ b: NaN }] },
    { toJSON: () => 'x' },
  ]
  for (const [index, value] of values.entries()) {
    const refusal = { code: 'internal', details: { reason: 'not-json' } }
    t.strictSame(
      refusalOf(() => canonicalJson(value)),
      refusal,
      `value ${index}`,
    )
  }
  t.end()
})

t.test('a fault of a schema is told by pointer and keyword, never by what was sent', (t) => {
  const [referral] = readSchemaJson<{ examples: readonly [Record<string, Record<string, unknown>>] }>(
    'event/referral.schema.json',
  ).examples
  t.equal(validateReferral(referral), true)
  t.strictSame(pointersOf(validateReferral.errors), [])

  const subject = {
    ...referral['subject'],
    gender: 'CANARY',
    CANARY: 1,
    languages: ['CANARY', { tag: 'CANARY', level: 'fluent' }],
  }
  const damaged = { ...referral, CANARY: 'CANARY', subject, urgency: undefined, risk: {} }
  const { urgency: _, ...withoutUrgency } = damaged
  t.equal(validateReferral(withoutUrgency), false)
  const told = pointersOf(validateReferral.errors)
  t.strictSame([...told].sort(), [
    '/ additionalProperties',
    '/risk/assessedOn required',
    '/risk/doNotContact required',
    '/risk/factors required',
    '/risk/jointlyAssessed required',
    '/risk/level required',
    '/risk/traffickerThreatLive required',
    '/subject additionalProperties',
    '/subject/gender enum',
    '/subject/languages/0 type',
    '/subject/languages/1/tag pattern',
    '/urgency required',
  ])
  t.notMatch(told.join(), 'CANARY')

  t.equal(validateReferralDeclineBody({ reason: 'other' }), false)
  t.strictSame(pointersOf(validateReferralDeclineBody.errors), ['/explanation required', '/ if'])
  t.end()
})

t.test('faults of a schema are told once each, and not without end', (t) => {
  const fault = { instancePath: '/a', keyword: 'enum', params: {} }
  t.strictSame(pointersOf([fault, fault]), ['/a enum'])
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...fault, instancePath: `/a/${index}` }))
  t.equal(pointersOf(many).length, maxFaults)
  t.strictSame(pointersOf(null), [])
  t.strictSame(pointersOf(undefined), [])
  t.strictSame(pointersOf([{ instancePath: '', keyword: 'required', params: { missingProperty: 'a/b~c' } }]), [
    '/a~1b~0c required',
  ])
  t.end()
})
