import { toTimestamp } from '../base/clock.js'
import type { Agreement, AgreementView } from '../wire/generated/types.js'

/** A part of the page: a heading, and paragraphs of plain text. */
interface Section {
  readonly heading: string
  readonly lines: readonly string[]
}

/** An agreement as lines that a person can read, from what the local API tells of it. */
export function agreementText(view: AgreementView): readonly string[] {
  const [first, ...further] = sectionsOf(view)
  return [
    ...(first === undefined ? [] : [first.heading, ...first.lines]),
    ...further.flatMap(({ heading, lines }) => ['', heading, ...lines.map((line) => `  ${line}`)]),
  ]
}

/** The same as one HTML document without script, style or anything to fetch. */
export function agreementHtml(view: AgreementView): string {
  const [title = '', ...body] = sectionsOf(view).map(({ heading, lines }, index) => {
    const tag = index === 0 ? 'h1' : 'h2'
    return [`<${tag}>${escaped(heading)}</${tag}>`, ...lines.map((line) => `<p>${escaped(line)}</p>`)].join('\n')
  })
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<title>Agreement ${escaped(view.digest.slice(0, 8))}</title>`,
    '</head>',
    '<body>',
    title,
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

function sectionsOf(view: AgreementView): readonly Section[] {
  const { agreement, digest } = view
  const nameOf = namesIn(view)
  return [
    {
      heading: `Agreement between ${listed(agreement.parties.map(nameOf))}`,
      lines: [standingLine(view, nameOf)],
    },
    {
      heading: 'Parties',
      lines: view.parties.map(({ node, label, fingerprint }) => `${label}: fingerprint ${fingerprint}, node ${node}`),
    },
    {
      heading: 'Validity',
      lines: [
        `From ${timeOf(agreement.validFrom)} until ${timeOf(agreement.validUntil)}.`,
        `Made from the template "${inWords(agreement.template)}". Basis of the cooperation: ${inWords(agreement.basis)}.`,
        agreement.replaces === null
          ? 'It replaces no other agreement.'
          : `It replaces agreement ${agreement.replaces}.`,
        ...documentLines(agreement),
      ],
    },
    ...agreement.clauses.map((clause) => ({
      heading: `Clause ${clause.clause}: ${clauseSentence(clause, agreement.parties.length, nameOf)}`,
      lines: clauseLines(clause),
    })),
    {
      heading: 'Time to answer',
      lines: Object.entries(agreement.clocks).map(([urgency, hours]) => `${inWords(urgency)}: within ${hours} hours`),
    },
    {
      heading: 'Retention',
      lines: [`A receiver keeps what it got for ${agreement.retention.daysAfterClosure} days after a case is closed.`],
    },
    { heading: 'Signatures', lines: signatureLines(view, nameOf) },
    { heading: 'Digest', lines: [digest, 'It is the SHA-256 of what both parties signed; every event names it.'] },
  ]
}

type NameOf = (node: string) => string

/** Two nodes may call themselves alike; then the fingerprint tells them apart. */
function namesIn({ parties }: AgreementView): NameOf {
  const isAmbiguous = new Set(parties.map(({ label }) => label)).size < parties.length
  return (node) => {
    const party = parties.find((each) => each.node === node)
    if (party === undefined) return node
    return isAmbiguous ? `${party.label} (${party.fingerprint})` : party.label
  }
}

function standingLine({ state, standing, proposer, reason, suspendedBy }: AgreementView, nameOf: NameOf): string {
  if (state === 'proposed') return `Proposed by ${nameOf(proposer)}; it waits for the other party.`
  if (state === 'declined') return `Declined: ${inWords(reason ?? 'other')}.`
  switch (standing) {
    case 'suspended':
      return `Signed by both, suspended by ${listed(suspendedBy.map(nameOf))}: nothing goes under it.`
    case 'ended':
      return 'Signed by both. Its time is over.'
    case 'replaced':
      return 'Signed by both. A later agreement came in its place.'
    case 'future':
      return 'Signed by both. It has not begun yet.'
    default:
      return 'Signed by both and in force.'
  }
}

type Clause = Agreement['clauses'][number]

function clauseSentence({ senders }: Clause, parties: number, nameOf: NameOf): string {
  const who = listed(senders.map(nameOf))
  return senders.length === parties ? `${who} may send each other` : `${who} may send to the other`
}

function clauseLines(clause: Clause): readonly string[] {
  const { referralTypes, purposes, dataCategories, lawfulBases, onward } = clause
  return [
    `Referrals: ${codes(referralTypes)}.`,
    `For these purposes: ${codes(purposes)}.`,
    `With these data: ${codes(dataCategories)}.`,
    `On this legal basis: ${codes(lawfulBases)}.`,
    `Passing on to others goes by the consent of the person, which may say: ${codes(onward)}.`,
  ]
}

function documentLines({ document }: Agreement): readonly string[] {
  if (document === undefined) return []
  return [`There is a paper, signed on ${document.signedOn}, with the SHA-256 ${document.digest}.`]
}

function signatureLines({ signatures, history }: AgreementView, nameOf: NameOf): readonly string[] {
  return signatures.map(({ node }, index) => {
    const type = index === 0 ? 'agreement.propose' : 'agreement.accept'
    const step = history.findLast((each) => each.type === type && each.author === node)
    return step === undefined ? nameOf(node) : `${nameOf(node)}, ${timeOf(step.at)}`
  })
}

/** A code as words: codesOnly is "codes only". */
function inWords(code: string): string {
  return code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function codes(list: readonly string[]): string {
  return list.map(inWords).join(', ')
}

function listed(names: readonly string[]): string {
  return names.join(' and ')
}

/** @param seconds since the epoch */
function timeOf(seconds: number): string {
  const timestamp = toTimestamp(seconds * 1000)
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)} UTC`
}

/** Labels come from other nodes. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
