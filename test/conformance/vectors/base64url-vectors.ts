import { accepts, refuses, type VectorFile } from '../vector-file.js'

/** base64url.json */
export function base64urlVectors(): VectorFile {
  const good = ['', 'AA', 'AAA', 'AAAA', '_w', '-_8', 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8', '--__']
  const bad: readonly (readonly [string, string])[] = [
    ['padding of a two-character group', 'AA=='],
    ['padding of a three-character group', 'AAA='],
    ['padding alone', '='],
    ['one padding character too few', 'AA='],
    ['a line feed at the end', 'AAAA\n'],
    ['a line break inside', 'AA\r\nAA'],
    ['a space before', ' AAAA'],
    ['a space inside', 'AA AA'],
    ['a tab after', 'AAAA\t'],
    ['a NUL at the end', 'AAAA\u0000'],
    ['the plus of the other alphabet', '+-8A'],
    ['the slash of the other alphabet', '/_8A'],
    ['four trailing bits, the lowest set', 'AB'],
    ['four trailing bits, all set', 'AP'],
    ['two trailing bits, the lowest set', 'AAB'],
    ['two trailing bits, the highest set', 'AAC'],
    ['an impossible length: one character', 'A'],
    ['an impossible length: five characters', 'AAAAA'],
    ['a full stop', 'AA.A'],
    ['a character beyond ASCII', 'AAÀA'],
    ['a letter that looks like A', '\u0410AAA'],
    ['a byte order mark before', '\ufeffAAAA'],
    ['a percent escape', 'AA%3D'],
  ]
  return {
    description:
      'Base64url without padding in its canonical form (PROTOCOL 2.1). ok: the text is canonical and stands for the bytes in `hex`. A refused text makes the JOSE message that it is part of malformed.',
    vectors: [
      ...good.map((text) =>
        accepts(
          text === '' ? 'nothing' : `${text.length} characters`,
          { text },
          { hex: Buffer.from(text, 'base64url').toString('hex') },
        ),
      ),
      ...bad.map(([comment, text]) => refuses(comment, { text }, { code: 'jose-malformed', reason: 'base64url' })),
    ],
  }
}
