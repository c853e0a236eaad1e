import type { Random } from '../../src/base/random.js'

/** Choices of a fuzzer; the same seed makes the same choices. */
export interface Dice {
  /** A whole number from 0 up to, and without, `below`. */
  int(below: number): number
  pick<T>(list: readonly T[]): T
  chance(share: number): boolean
  bytes(length: number): Uint8Array
}

export function makeDice(random: Random): Dice {
  const int = (below: number): number => Math.floor(random.fraction() * below)
  return {
    int,
    pick(list) {
      const chosen = list[int(list.length)]
      if (chosen === undefined) throw new Error('nothing to pick from')
      return chosen
    },
    chance: (share) => random.fraction() < share,
    bytes: (length) => random.bytes(length),
  }
}

/** A change, and its name for the report. */
export interface Mutation<T> {
  readonly what: string
  readonly value: T
}

const telling = Buffer.from('.={}"\\\n\r\0 -_+/ÿ', 'latin1')

/** One to three changes of single bytes or ranges. */
export function mutateBytes(dice: Dice, original: Uint8Array): Mutation<Buffer> {
  const names: string[] = []
  let bytes: Buffer = Buffer.from(original)
  for (let count = 1 + dice.int(3); count > 0; count -= 1) {
    const at = dice.int(bytes.length + 1)
    const length = 1 + dice.int(dice.chance(0.5) ? 3 : 200)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    const changes: readonly Mutation<() => Buffer>[] = [
      { what: 'flip', value: () => Buffer.concat([head, flipOne(dice, tail)]) },
      { what: 'set', value: () => Buffer.concat([head, Buffer.of(dice.pick([...telling])), tail.subarray(1)]) },
      { what: 'insert', value: () => Buffer.concat([head, dice.bytes(length), tail]) },
      { what: 'insert telling', value: () => Buffer.concat([head, Buffer.of(dice.pick([...telling])), tail]) },
      { what: 'delete', value: () => Buffer.concat([head, tail.subarray(length)]) },
      { what: 'repeat', value: () => Buffer.concat([head, tail.subarray(0, length), tail]) },
      { what: 'truncate', value: () => Buffer.from(head) },
      { what: 'append', value: () => Buffer.concat([bytes, dice.bytes(length)]) },
    ]
    const change = dice.pick(changes)
    names.push(`${change.what} at ${at}`)
    bytes = change.value()
  }
  return { what: names.join(', '), value: bytes }
}

function flipOne(dice: Dice, bytes: Uint8Array): Buffer {
  const flipped = Buffer.from(bytes)
  if (flipped.length > 0) flipped[0] = (flipped[0] ?? 0) ^ (1 << dice.int(8))
  return flipped
}

/** Another number, order or spelling of the segments of a compact text. */
export function mutateSegments(dice: Dice, compact: string): Mutation<string> {
  const segments = compact.split('.')
  const at = dice.int(segments.length)
  const segment = segments[at] ?? ''
  const other = dice.int(segments.length)
  const changes: readonly Mutation<readonly string[]>[] = [
    { what: 'drop', value: segments.toSpliced(at, 1) },
    { what: 'double', value: segments.toSpliced(at, 0, segment) },
    { what: 'empty', value: segments.with(at, '') },
    { what: 'swap', value: segments.with(at, segments[other] ?? '').with(other, segment) },
    { what: 'pad', value: segments.with(at, `${segment}${'='.repeat(1 + dice.int(3))}`) },
    { what: 'break', value: segments.with(at, `${segment.slice(0, 5)}\r\n${segment.slice(5)}`) },
    { what: 'base64', value: segments.with(at, Buffer.from(segment, 'base64url').toString('base64')) },
    { what: 'hex', value: segments.with(at, Buffer.from(segment, 'base64url').toString('hex')) },
    { what: 'encode again', value: segments.with(at, Buffer.from(segment).toString('base64url')) },
    { what: 'upper case', value: segments.with(at, segment.toUpperCase()) },
    { what: 'last character', value: segments.with(at, `${segment.slice(0, -1)}${dice.pick(['A', 'B', '_', '='])}`) },
    { what: 'replace', value: segments.with(at, Buffer.from(dice.bytes(dice.int(64))).toString('base64url')) },
  ]
  const { what, value } = dice.pick(changes)
  return { what: `${what} ${at}`, value: value.join('.') }
}

/** Values that belong nowhere, or to another type than the one they replace. */
export function oddValue(dice: Dice): unknown {
  const texts = [
    '',
    ' ',
    'x'.repeat(dice.pick([44, 201, 1001, 70_000])),
    '\u202eright to left',
    'zero\u200bwidth',
    'a\u0000b',
    'é'.normalize('NFD'),
    'ＦＵＬＬ',
    '😀'.repeat(300),
    '\uffff',
    '../../x',
    `' OR 1=1 --`,
    '<script>',
    '${jndi:ldap://x}',
    '__proto__',
    '2026-02-31',
    'null',
  ]
  const values: readonly unknown[] = [
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    2 ** 31,
    2 ** 53 - 1,
    -(2 ** 53 - 1),
    1e-7,
    [],
    {},
    [[]],
    [null],
    { x: {} },
    nested(dice.int(24)),
    Array.from({ length: dice.pick([3, 13, 500]) }, () => 0),
  ]
  return dice.chance(0.5) ? dice.pick(texts) : dice.pick(values)
}

function nested(depth: number): unknown {
  return depth === 0 ? 0 : [nested(depth - 1)]
}

type Container = unknown[] | Record<string, unknown>

/** One or two changes somewhere in the tree: another type, a member less or more, an item twice, an edited text. */
export function mutateTree(dice: Dice, original: unknown, extraName: string): Mutation<unknown> {
  const value: unknown = structuredClone(original)
  const names: string[] = []
  for (let count = dice.chance(0.8) ? 1 : 2; count > 0; count -= 1) {
    const place = dice.pick(placesIn(value))
    names.push(`${place.pointer} ${changePlace(dice, place, extraName)}`)
  }
  return { what: names.join(', '), value }
}

interface Place {
  readonly pointer: string
  readonly container: Container
  readonly key: string | number
}

function placesIn(value: unknown, pointer = ''): readonly Place[] {
  if (typeof value !== 'object' || value === null) return []
  const container = value as Container
  const keys: readonly (string | number)[] = Array.isArray(container) ? [...container.keys()] : Object.keys(container)
  return keys.flatMap((key) => [
    { pointer: `${pointer}/${key}`, container, key },
    ...placesIn(read(container, key), `${pointer}/${key}`),
  ])
}

function read(container: Container, key: string | number): unknown {
  return Array.isArray(container) ? container[Number(key)] : container[key]
}

function write(container: Container, key: string | number, value: unknown): void {
  if (Array.isArray(container)) container[Number(key)] = value
  else container[key] = value
}

function changePlace(dice: Dice, { container, key }: Place, extraName: string): string {
  const old = read(container, key)
  const how = dice.int(6)
  if (how === 0) {
    if (Array.isArray(container)) container.splice(Number(key), 1)
    else delete container[key]
    return 'removed'
  }
  if (how === 1) {
    if (Array.isArray(container)) container.push(structuredClone(old))
    else container[dice.pick([extraName, 'x', `${key} `, String(key).toUpperCase()])] = structuredClone(old)
    return 'copied'
  }
  if (how === 2 && typeof old === 'string') {
    write(container, key, editText(dice, old))
    return 'edited'
  }
  if (how === 3 && typeof old === 'number') {
    write(container, key, dice.pick([old + 1, old - 1, -old, old + 0.5, old * 1000, String(old)]))
    return 'counted'
  }
  write(container, key, oddValue(dice))
  return 'replaced'
}

function editText(dice: Dice, text: string): string {
  const at = dice.int(text.length + 1)
  const edits = [
    text.toUpperCase(),
    text.slice(0, at),
    text + text,
    ` ${text}`,
    `${text.slice(0, at)}\u200b${text.slice(at)}`,
    `${text.slice(0, at)}A${text.slice(at + 1)}`,
    text.split('').reverse().join(''),
  ]
  return dice.pick(edits)
}

/** JSON that JSON.stringify would not write: members twice, numbers and texts on the edge, bytes around it. */
export function mutateJsonText(dice: Dice, value: object): Mutation<Buffer> {
  const text = JSON.stringify(value)
  const names = Object.keys(value)
  const name = names.length === 0 ? 'x' : dice.pick(names)
  const put = (member: string): string => `{${member},${text.slice(1)}`
  const number = dice.pick(['1e400', '-0', '9007199254740993', '01', '1.', '.5', '0x1', 'NaN', '1e5', '+1', '1e-400'])
  const changes: readonly Mutation<string | Buffer>[] = [
    { what: `${name} twice`, value: put(`"${name}":null`) },
    { what: `${name} twice, last`, value: `${text.slice(0, -1)},"${name}":"x"}` },
    { what: `${name} twice, escaped`, value: put(`"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":1`) },
    { what: 'prototype', value: put(dice.pick(['"__proto__":{}', '"constructor":{}', '"prototype":1'])) },
    { what: `number ${number}`, value: put(`"x":${number}`) },
    { what: `number ${number} in place`, value: text.replace(/:(\d+)/, `:${number}`) },
    { what: 'lone surrogate', value: put('"x":"\\udfff"') },
    { what: 'bad escape', value: put('"x":"\\x41"') },
    { what: 'control character', value: put('"x":"\u0001"') },
    { what: 'byte order mark', value: `\ufeff${text}` },
    { what: 'white space', value: ` \t\r\n${text.replaceAll(',', ' ,\n')} ` },
    { what: 'trailing', value: `${text}${dice.pick(['{}', ' x', ',', '\0', ']'])}` },
    { what: 'truncated', value: text.slice(0, dice.int(text.length)) },
    { what: 'deep', value: put(`"x":${'['.repeat(17)}${']'.repeat(17)}`) },
    { what: 'many', value: put(`"x":[${'0,'.repeat(2100)}0]`) },
    { what: 'not UTF-8', value: Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.of(0xff, 0x7d)]) },
    { what: 'UTF-16', value: Buffer.from(text, 'utf16le') },
    { what: 'wrapped', value: `[${text}]` },
    { what: 'a text', value: JSON.stringify(text) },
  ]
  const { what, value: changed } = dice.pick(changes)
  return { what, value: Buffer.from(changed) }
}
