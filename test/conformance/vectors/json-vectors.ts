import { accepts, refuses, type Vector, type VectorFile } from '../vector-file.js'

/** json.json */
export function jsonVectors(): VectorFile {
  return {
    description:
      'Strict JSON (PROTOCOL 2.2). The input is `text`, to be encoded as UTF-8, or bytes as `hex`. ok: `canonical` is the RFC 8785 form of the value.',
    vectors: [...accepted(), ...refused(), ...refusedBytes()],
  }
}

function accepted(): readonly Vector[] {
  const cases: readonly (readonly [comment: string, text: string, canonical: string])[] = [
    ['an object', '{"b":1,"a":[true,false,null]}', '{"a":[true,false,null],"b":1}'],
    ['white space of all four kinds', ' {\n"a"\t:\r1 } \n', '{"a":1}'],
    ['a string alone', '"text"', '"text"'],
    ['null alone', 'null', 'null'],
    ['an empty object', '{}', '{}'],
    ['an empty array', '[]', '[]'],
    ['an empty member name', '{"":0}', '{"":0}'],
    ['every short escape', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\"\\\\/\\b\\f\\n\\r\\t"'],
    ['an escaped letter', '"\\u0061"', '"a"'],
    ['a surrogate pair in escapes', '"\\ud83d\\ude00"', '"😀"'],
    ['a NUL in an escape', '"a\\u0000b"', '"a\\u0000b"'],
    ['letters beyond ASCII', '{"ț":"ă"}', '{"ț":"ă"}'],
    ['the same letter composed and decomposed are two names', '{"é":1,"e\u0301":2}', '{"e\u0301":2,"é":1}'],
    ['a noncharacter', '"\uffff"', '"\uffff"'],
    ['a delete character', '"\u007f"', '"\u007f"'],
    ['one name in two objects', '{"a":{"a":{"a":1}}}', '{"a":{"a":{"a":1}}}'],
    ['the largest integer', '9007199254740991', '9007199254740991'],
    ['the smallest integer', '-9007199254740991', '-9007199254740991'],
    ['zero', '0', '0'],
    ['a fraction', '0.5', '0.5'],
    ['an exponent', '1E2', '100'],
    ['a negative exponent', '5e-1', '0.5'],
    ['a number that a double rounds', '0.1000000000000000055511151231257827', '0.1'],
    ['a number so small that it is zero', '1e-400', '0'],
    ['an integer written with a fraction', '7.0', '7'],
    ['16 levels of arrays', `${'['.repeat(16)}${']'.repeat(16)}`, `${'['.repeat(16)}${']'.repeat(16)}`],
    ['2000 items', `[${'0,'.repeat(1999)}0]`, `[${'0,'.repeat(1999)}0]`],
    ['names that only look dangerous', '{"__proto":1,"Constructor":2}', '{"Constructor":2,"__proto":1}'],
    [
      'a name of every object of some languages',
      '{"hasOwnProperty":1,"toString":2}',
      '{"hasOwnProperty":1,"toString":2}',
    ],
  ]
  return cases.map(([comment, text, canonical]) => accepts(comment, { text }, { canonical }))
}

function refused(): readonly Vector[] {
  const cases: readonly (readonly [reason: string, comment: string, text: string])[] = [
    ['syntax', 'nothing', ''],
    ['syntax', 'white space only', ' \n'],
    ['syntax', 'an object that does not end', '{"a":1'],
    ['syntax', 'an array that does not end', '[1'],
    ['syntax', 'a string that does not end', '"a'],
    ['syntax', 'a comma at the end of an object', '{"a":1,}'],
    ['syntax', 'a comma at the end of an array', '[1,]'],
    ['syntax', 'a comma alone', '[,]'],
    ['syntax', 'a colon is missing', '{"a" 1}'],
    ['syntax', 'a name without quotes', '{a:1}'],
    ['syntax', 'single quotes', "{'a':1}"],
    ['syntax', 'a comment', '{"a":1/**/}'],
    ['syntax', 'NaN', 'NaN'],
    ['syntax', 'Infinity', '-Infinity'],
    ['syntax', 'undefined', 'undefined'],
    ['syntax', 'True', 'True'],
    ['syntax', 'a plus sign', '+1'],
    ['trailing-data', 'a leading zero', '01'],
    ['syntax', 'a minus sign alone', '-'],
    ['syntax', 'a point without digits', '1.'],
    ['syntax', 'a point without a number', '.5'],
    ['syntax', 'an exponent without digits', '1e'],
    ['trailing-data', 'hexadecimal', '0x10'],
    ['syntax', 'a raw line feed in a string', '"a\nb"'],
    ['syntax', 'a raw tab in a string', '"a\tb"'],
    ['syntax', 'a raw NUL in a string', '"a\u0000b"'],
    ['syntax', 'an unknown escape', '"\\x41"'],
    ['syntax', 'a short Unicode escape', '"\\u12"'],
    ['syntax', 'a no-break space between tokens', '[1,\u00a02]'],
    ['trailing-data', 'a second value', '{} {}'],
    ['trailing-data', 'a NUL after the value', '{}\u0000'],
    ['trailing-data', 'a bracket too many', '[]]'],
    ['byte-order-mark', 'a byte order mark', '\ufeff{}'],
    ['duplicate-member', 'a member twice', '{"a":1,"a":1}'],
    ['duplicate-member', 'a member twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['duplicate-member', 'a member twice, deep inside', '[[{"x":{"b":1,"c":2,"b":3}}]]'],
    ['duplicate-member', 'an empty name twice', '{"":1,"":2}'],
    ['member-name', '__proto__', '{"__proto__":{}}'],
    ['member-name', '__proto__, escaped', '{"\\u005f_proto__":1}'],
    ['member-name', 'constructor', '{"constructor":1}'],
    ['member-name', 'prototype', '{"a":{"prototype":1}}'],
    ['lone-surrogate', 'a high surrogate alone', '"\\ud800"'],
    ['lone-surrogate', 'a low surrogate alone', '"\\udc00"'],
    ['lone-surrogate', 'two surrogates in the wrong order', '"\\ude00\\ud83d"'],
    ['lone-surrogate', 'a lone surrogate in a name', '{"\\ud800":1}'],
    ['number', '2^53', '9007199254740992'],
    ['number', 'minus 2^53', '-9007199254740992'],
    ['number', 'a number beyond a double', '1e400'],
    ['number', 'a large fraction', '1e16'],
    ['number', 'minus zero', '-0'],
    ['number', 'minus zero by rounding', '-1e-400'],
    ['depth', '17 levels of arrays', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['depth', '17 levels of objects', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`],
    ['depth', 'a thousand levels, unfinished', '['.repeat(1000)],
    ['count', '2001 items', `[${'0,'.repeat(2000)}0]`],
    ['count', '2001 members and items together', `{"a":[${'0,'.repeat(1999)}0]}`],
  ]
  return cases.map(([reason, comment, text]) => refuses(comment, { text }, { code: 'json-refused', reason }))
}

function refusedBytes(): readonly Vector[] {
  const cases: readonly (readonly [comment: string, hex: string])[] = [
    ['a byte that is not UTF-8', '22ff22'],
    ['a continuation byte alone', '228022'],
    ['an overlong quote', 'c0a2c0a2'],
    ['an overlong NUL in a string', '22c08022'],
    ['a surrogate in three bytes', '22eda08022'],
    ['beyond U+10FFFF', '22f490808022'],
    ['a sequence cut off', '22e282'],
    ['UTF-16', 'fffe7b007d00'],
    ['Latin-1', '22e922'],
  ]
  return cases.map(([comment, hex]) => refuses(comment, { hex }, { code: 'json-refused', reason: 'utf-8' }))
}
