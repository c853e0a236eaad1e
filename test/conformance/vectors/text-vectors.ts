import { accepts, refuses, type VectorFile } from '../vector-file.js'

/** texts.json */
export function textVectors(): VectorFile {
  const found: readonly (readonly [rule: string, text: string, place: string])[] = [
    ['email', 'Write to desk@office.example soon', 'desk@office.example'],
    ['email', 'desk [at] office [dot] example', 'desk [at] office [dot] example'],
    ['email', 'desk\u200b@office.example', 'desk\u200b@office.example'],
    ['email', 'ｄｅｓｋ＠ｏｆｆｉｃｅ．ｅｘａｍｐｌｅ', 'ｄｅｓｋ＠ｏｆｆｉｃｅ．ｅｘａｍｐｌｅ'],
    ['email-spelled', 'desk at office dot example', 'desk at office dot example'],
    ['phone-international', 'call +40 700 000 000 first', '+40 700 000 000'],
    ['phone-international', '0040 (700) 000-000', '0040 (700) 000-000'],
    ['url', 'see https://office.example/page now', 'https://office.example/page'],
    ['url', 'see hxxp://office.example/page, please', 'hxxp://office.example/page'],
    ['url', 'www.office.example', 'www.office.example'],
    ['url', 'office-site.org', 'office-site.org'],
    ['handle', 'she is @somebody_1', '@somebody_1'],
    ['handle', 'telegram: someone_22', 'someone_22'],
    ['iban', 'GB82 WEST 1234 5698 7654 32', 'GB82 WEST 1234 5698 7654 32'],
    ['digit-run', 'GB82 WEST 1234 5698 7654 33', '1234 5698 7654 33'],
    ['document-number', 'passport 123456789', '123456789'],
    ['digit-run', '12-34-56-78-90', '12-34-56-78-90'],
    ['national-number', 'CNP 1800101221144', '1800101221144'],
    ['national-code', 'RSSMRA85T10A562S', 'RSSMRA85T10A562S'],
    ['birth-date', 'родена на 12 март 1994', '12 март 1994'],
    ['name-context', 'her name is Zlatka', 'Zlatka'],
    ['name-title', 'г-жа Димитрова', 'Димитрова'],
    ['address', 'ul. Vasila Levskog 12', 'ul. Vasila Levskog 12'],
    ['coordinates', 'at 44.4268, 26.1025', '44.4268, 26.1025'],
    ['email-spelled', 'desk chiocciola libero punto it', 'desk chiocciola libero punto it'],
    ['number-spelled', 'zero șapte doi doi unu doi trei patru', 'zero șapte doi doi unu doi trei patru'],
    ['plate-named', 'регистрация СА 1234 ВХ', 'СА 1234 ВХ'],
    ['digit-run', '١٢٣٤٥٦٧٨٩', '١٢٣٤٥٦٧٨٩'],
  ]
  const clean = [
    'Recruited by an acquaintance with the promise of a job.',
    'Aged 23, two children of 4 and 6, in the country since 2019.',
    'Worked 2015, 2016, 2017 and 2018 in three places.',
    'Found through telegram by a recruiter.',
    'Needs a place within 10 to 14 days, budget 12345678.',
    'Țara de origine: România; limba română.',
  ]
  return {
    description:
      'The identity firewall, ruleset trm-identity/2 (PROTOCOL 5.6): free texts that are refused at both ends, with the rule and the place that it found (`rule start-end`, UTF-16 code units, the end excluded). A receiver may find more; a sender must find these.',
    vectors: [
      ...found.map(([rule, text, place]) => {
        const start = text.indexOf(place)
        const finding = `${rule} ${start}-${start + place.length}`
        return refuses(`${rule}: ${place}`, { text }, { code: 'identity-found', findings: [finding] })
      }),
      ...clean.map((text) => accepts('nothing to find', { text })),
    ],
  }
}
