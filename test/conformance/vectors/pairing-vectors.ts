import { createHash, createHmac } from 'node:crypto'
import { canonical, nonceOf, type Cast, type CastNode, type Json } from '../cast.js'
import { bytesOf, sha256 } from '../raw-jose.js'
import { accepts, type Vector, type VectorFile } from '../vector-file.js'

/** pairing.json */
export function pairingVectors(cast: Cast): VectorFile {
  return {
    description:
      'Pairing by invitation (PROTOCOL 6.2). `of` says what is asked. code: what a person typed; ok: id and secret, null if it is no code. commitment, mac: of these facts. digits: those that two people read to each other. typed: whether `typed` are the `digits` of a pairing.',
    vectors: [...codes(), ...commitments(cast), ...macs(cast), ...digits(cast), ...typed()],
  }
}

const use = 'trm-pair/1'

function codes(): readonly Vector[] {
  const code = { id: '7K3M9QWX', secret: '0ABCDEFGHJKM' }
  const good: readonly (readonly [string, string, Json?])[] = [
    ['as it is read out', '7K3M-9QWX-0ABC-DEFG-HJKM'],
    ['without dashes', '7K3M9QWX0ABCDEFGHJKM'],
    ['with blanks', ' 7K3M  9QWX 0ABC\tDEFG\nHJKM '],
    ['in lower case', '7k3m-9qwx-0abc-defg-hjkm'],
    ['dashes of other kinds', '7K3M\u20139QWX\u20140ABC\u2011DEFG\u2212HJKM'],
    ['a blank that does not break', '7K3M\u00a09QWX\u00a00ABC\u00a0DEFG\u00a0HJKM'],
    ['groups of other lengths', '7-K3M9QWX0-ABCDEFGHJ-KM'],
    ['the letter O for zero', '7K3M-9QWX-OABC-DEFG-HJKM'],
    ['the letter o for zero', '7k3m-9qwx-oabc-defg-hjkm'],
    ['I and L for one', '7K3M-9QWX-IABC-DEFG-HJKL', { id: '7K3M9QWX', secret: '1ABCDEFGHJK1' }],
    ['i and l for one', '7k3m-9qwx-iabc-defg-hjkl', { id: '7K3M9QWX', secret: '1ABCDEFGHJK1' }],
    ['all characters', '0123456789ABCDEFGHJK', { id: '01234567', secret: '89ABCDEFGHJK' }],
    ['the others', 'MNPQRSTVWXYZ00000000', { id: 'MNPQRSTV', secret: 'WXYZ00000000' }],
  ]
  const bad: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['nineteen characters', '7K3M-9QWX-0ABC-DEFG-HJK'],
    ['twenty-one characters', '7K3M-9QWX-0ABC-DEFG-HJKMN'],
    ['the letter U', '7K3M-9QWX-0ABC-DEFG-HJKU'],
    ['another sign', '7K3M-9QWX-0ABC-DEFG-HJK*'],
    ['dots between the groups', '7K3M.9QWX.0ABC.DEFG.HJKM'],
    ['a letter of another script', '7\u041a3M-9QWX-0ABC-DEFG-HJKM'],
    ['full-width letters', '\uff17K3M-9QWX-0ABC-DEFG-HJKM'],
  ]
  return [
    ...good.map(([comment, text, value = code]) => accepts(comment, { of: 'code', typed: text }, { code: value })),
    ...bad.map(([comment, text]) => accepts(comment, { of: 'code', typed: text }, { code: null })),
  ]
}

/** Digest of the latest key statement. */
const headOf = ({ document }: CastNode): string => sha256(document.statements.at(-1) ?? '')

function commitments({ ro, it }: Cast): readonly Vector[] {
  const ask = (comment: string, [node, peer]: readonly [CastNode, CastNode], nonce: string, head: string): Vector => {
    const facts = { node: node.id, peer: peer.id, head, nonce }
    return accepts(comment, { of: 'commitment', ...facts }, { commitment: sha256(canonical({ use, ...facts })) })
  }
  return [
    ask('of the joiner', [ro, it], nonceOf('joiner'), headOf(ro)),
    ask('of the inviter', [it, ro], nonceOf('inviter'), headOf(it)),
    ask('one nonce of two nodes is no common commitment', [it, ro], nonceOf('joiner'), headOf(it)),
    ask('one nonce with two chains is no common commitment', [ro, it], nonceOf('joiner'), sha256('older')),
  ]
}

function macs({ ro, it }: Cast): readonly Vector[] {
  const facts = {
    invitation: '7K3M9QWX',
    inviter: it.id,
    joiner: ro.id,
    commitment: sha256(canonical({ use, node: ro.id, peer: it.id, head: headOf(ro), nonce: nonceOf('joiner') })),
  }
  const ask = (comment: string, secret: string, change: Json = {}): Vector => {
    const input = { ...facts, ...change }
    const mac = createHmac('sha256', secret)
      .update(canonical({ use, ...input }))
      .digest('base64url')
    return accepts(comment, { of: 'mac', secret, ...input }, { mac })
  }
  return [
    ask('of a join', '0ABCDEFGHJKM'),
    ask('under another secret', '1ABCDEFGHJKM'),
    ask('of another invitation', '0ABCDEFGHJKM', { invitation: '7K3M9QWY' }),
    ask('of another joiner', '0ABCDEFGHJKM', { joiner: it.id, inviter: ro.id }),
  ]
}

function digits({ ro, it }: Cast): readonly Vector[] {
  const facts = {
    inviter: it.id,
    inviterHead: headOf(it),
    inviterNonce: nonceOf('inviter'),
    joiner: ro.id,
    joinerHead: headOf(ro),
    joinerNonce: nonceOf('joiner'),
    secret: '0ABCDEFGHJKM',
  }
  const ask = (comment: string, change: Json = {}): Vector => {
    const input = { ...facts, ...change }
    return accepts(comment, { of: 'digits', ...input }, { digits: digitsOf(input) })
  }
  return [
    ask('of a pairing'),
    ask('another nonce of the joiner', { joinerNonce: nonceOf('another') }),
    ask('another nonce of the inviter', { inviterNonce: nonceOf('another') }),
    ask('an older chain of the inviter', { inviterHead: sha256('older') }),
    ask('an older chain of the joiner', { joinerHead: sha256('older') }),
    ask('the parts changed', { inviter: ro.id, joiner: it.id }),
    ask('another secret', { secret: '1ABCDEFGHJKM' }),
    ask('digits that begin with zeros', { joinerNonce: nonceWith(facts, (text) => text.startsWith('00')) }),
    ask('a hash whose highest bit is set', { joinerNonce: nonceWith(facts, (_text, top) => top >= 128) }),
  ]
}

function digitsOf(facts: Json): string {
  const hash = createHash('sha256')
    .update(canonical({ use, ...facts }))
    .digest()
  return String(BigInt(`0x${hash.toString('hex', 0, 8)}`) % 1_000_000_000_000n).padStart(12, '0')
}

/** The first nonce of the joiner for which the digits, or the first byte of the hash, are as asked. */
function nonceWith(facts: Json, isRight: (digits: string, top: number) => boolean): string {
  for (let at = 0; ; at += 1) {
    const joinerNonce = bytesOf(`joiner ${at}`, 32).toString('base64url')
    const changed = { ...facts, joinerNonce }
    const top =
      createHash('sha256')
        .update(canonical({ use, ...changed }))
        .digest()[0] ?? 0
    if (isRight(digitsOf(changed), top)) return joinerNonce
  }
}

function typed(): readonly Vector[] {
  const expected = '057096060747'
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['as they are shown', '0570 9606 0747', true],
    ['without blanks', '057096060747', true],
    ['with dashes', '0570-9606-0747', true],
    ['one digit is another', '0570 9606 0748', false],
    ['without the zero at the start', '570 9606 0747', false],
    ['a digit too many', '0570 9606 0747 0', false],
    ['the letter O for zero', 'O570 9606 0747', false],
    ['nothing', '', false],
  ]
  return cases.map(([comment, text, isSame]) =>
    accepts(`digits: ${comment}`, { of: 'typed', digits: expected, typed: text }, { same: isSame }),
  )
}
