import t from 'tap'
import { looksAlike, skeletonOf } from '../../src/directory/pairing/lookalike.js'
import {
  formatInvitationCode,
  invitationText,
  makeInvitationCode,
  parseInvitation,
} from '../../src/directory/pairing/invitation-code.js'
import {
  commitmentOf,
  formatDigits,
  invitationMac,
  pairingDigits,
  parseDigits,
  type Transcript,
} from '../../src/directory/pairing/transcript.js'
import { isSameSecret } from '../../src/crypto/secret-mac.js'
import { seededRandom } from '../support/seeded-random.js'

const inviter = 'n8zTTLRU2zN7hnk33Nqeo6W796Lc3TqmU_MHqqfWoic'
const joiner = 'hoDIbpV6r0iE0g8Zwl9bpnFZHrYuFgY2AOJmDhgLs0E'
const [zeros, ones] = [0, 1].map((byte) => Buffer.alloc(32, byte).toString('base64url')) as [string, string]
const code = { id: '7K3M9QWX', secret: '0ABCDEFGHJKM' }
const url = 'https://node.example/'

t.test('an invitation is an address and twenty characters, and is read back as it was made', async (t) => {
  const text = 'https://node.example/#7K3M-9QWX-0ABC-DEFG-HJKM'
  t.equal(invitationText(url, code), text)
  t.strictSame(parseInvitation(text), { url, code })
  const random = seededRandom('codes')
  const codes = Array.from({ length: 500 }, () => makeInvitationCode(random))
  for (const each of codes) {
    t.match(formatInvitationCode(each), /^(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/)
    t.strictSame(parseInvitation(invitationText(url, each)), { url, code: each })
  }
  t.equal(new Set(codes.map(({ id }) => id)).size, codes.length)
  const used = new Set(codes.flatMap(({ id, secret }) => [...id, ...secret]))
  t.equal(used.size, 32, 'every character of the alphabet occurs')
})

t.test('an invitation that was typed by hand is understood', async (t) => {
  const forms = [
    'https://node.example/#7k3m-9qwx-0abc-defg-hjkm',
    'https://node.example/#7K3M9QWX0ABCDEFGHJKM',
    'https://node.example#7K3M 9QWX 0ABC DEFG HJKM',
    '  https://node.example/ 7K3M 9QWX OABC DEFG HJKM ',
    'https://NODE.example/#7K3M\u20139QWX\u2014oABC\u2212DEFG-HJKM\n',
    'node.example 7K3M-9QWX-0ABC-DEFG-HJKM',
  ]
  for (const form of forms) t.strictSame(parseInvitation(form), { url, code }, form)
  t.strictSame(parseInvitation('node.example iL1o 0OlI iiii LLLL oooo')?.code, {
    id: '11100011',
    secret: '111111110000',
  })
  t.equal(parseInvitation('http://127.0.0.1:8443/#7K3M-9QWX-0ABC-DEFG-HJKM')?.url, 'http://127.0.0.1:8443/')
})

t.test('what is no invitation is not taken for one', async (t) => {
  const forms = [
    '',
    '7K3M-9QWX-0ABC-DEFG-HJKM',
    'https://node.example/',
    'https://node.example/#7K3M-9QWX-0ABC-DEFG-HJK',
    'https://node.example/#7K3M-9QWX-0ABC-DEFG-HJKMM',
    'https://node.example/#7K3M-9QWX-0ABC-DEFG-HJKU',
    'https://node.example/#7K3M_9QWX_0ABC_DEFG_HJKM',
    'https://node.example/path/#7K3M-9QWX-0ABC-DEFG-HJKM',
    'https://node.example/?a=b#7K3M-9QWX-0ABC-DEFG-HJKM',
    'https://user:pass@node.example/#7K3M-9QWX-0ABC-DEFG-HJKM',
    'file:///etc/passwd#7K3M-9QWX-0ABC-DEFG-HJKM',
    'https://#7K3M-9QWX-0ABC-DEFG-HJKM',
  ]
  for (const form of forms) t.equal(parseInvitation(form), undefined, form)
})

t.test('commitment, mac and digits are the ones of the protocol', async (t) => {
  // Computed with another program: python3, hashlib and hmac over the canonical JSON.
  const facts = { node: inviter, peer: joiner, head: ones, nonce: zeros }
  t.equal(commitmentOf(facts), '__pVghlMeJDYDYSyJ3p1-9DtJHyY7DqOqcUqxLkYeUU')
  t.not(commitmentOf({ ...facts, head: zeros }), commitmentOf(facts), 'a commitment is one to the chain as well')
  const commitment = commitmentOf({ node: joiner, peer: inviter, head: zeros, nonce: ones })
  t.equal(
    invitationMac(code.secret, { invitation: code.id, inviter, joiner, commitment }),
    'KfROrSQu0vTS_v_m9s2aD5ACsVR3aXohPwY_eCBrRRg',
  )
  const transcript: Transcript = {
    inviter,
    inviterHead: zeros,
    inviterNonce: ones,
    joiner,
    joinerHead: ones,
    joinerNonce: zeros,
    secret: code.secret,
  }
  const digits = pairingDigits(transcript)
  t.equal(digits, '057096060747')
  for (const [member, value] of Object.entries(transcript)) {
    const other = { ...transcript, [member]: `${value.slice(0, -1)}${value.endsWith('A') ? 'E' : 'A'}` }
    t.not(pairingDigits(other), digits, `${member} counts`)
  }
})

t.test('digits are shown in groups and read with any blanks', async (t) => {
  t.equal(formatDigits('012345678901'), '0123 4567 8901')
  for (const typed of ['0123 4567 8901', '012345678901', ' 0123-4567-8901\n'])
    t.equal(parseDigits(typed), '012345678901')
  for (const typed of ['', '0123 4567 890', '0123 4567 89012', '0123 4567 890x', '٠١٢٣ 4567 8901']) {
    t.equal(parseDigits(typed), undefined, typed)
  }
})

t.test('secrets are compared whole', async (t) => {
  t.ok(isSameSecret('abc', 'abc'))
  for (const other of ['abd', 'ab', 'abcd', '']) t.notOk(isSameSecret('abc', other), other)
})

t.test('F-06 names that a reader takes for one another look alike, others do not', async (t) => {
  const name = 'Shelter South, IT'
  const alike = [
    'SHELTER SOUTH IT',
    'Shélter Soùth, IT',
    'Ѕhеltеr Ѕоuth, IT',
    'Shelter S\u043euth, IT',
    'Shelter S0uth, 1T',
    'She1ter South, lT',
    'Shelter Soutb, IT',
    'Shelter Souths, IT',
    'Sheltr South, IT',
    'Shel\u200bter\u00a0South - IT',
    'Ｓｈｅｌｔｅｒ Ｓｏｕｔｈ, ＩＴ',
    'Shelter Sοuτh, IT',
  ]
  for (const other of alike) t.ok(looksAlike(name, other), other)
  for (const other of ['Shelter North, IT', 'Shelter South, RO', 'Helpline East, MD', 'Shelter', '']) {
    t.notOk(looksAlike(name, other), other)
  }
  t.ok(looksAlike('Modern Aid', 'Modem Aid'))
  t.ok(looksAlike('ADPARE', 'АDРАRЕ'), 'Cyrillic capitals')
  t.ok(looksAlike('Łódź Centre', 'Lodz Centre'))
  t.equal(skeletonOf('Центр «Надежда»').length > 8, true, 'a name of another script keeps its letters')
  t.notOk(looksAlike('Центр Надежда', 'Центр Помощь'))
})
