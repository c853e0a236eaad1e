/**
 * Rows as CSV (RFC 4180): CRLF, every cell quoted. A cell that a spreadsheet would take for a formula gets an apostrophe
 * in front, and so does one that begins with an apostrophe: reading takes exactly one away.
 */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')
}

/** The rows of a CSV text (RFC 4180); line ends may be CRLF or LF. Undefined where a quote does not end. */
export function readCsv(text: string): readonly (readonly string[])[] | undefined {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  // A byte order mark is what spreadsheets put in front.
  for (let at = text.startsWith('\u{feff}') ? 1 : 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text.charAt(at + 1) === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (character === '"') isQuoted = true
    else if (character === ',') {
      row.push(valueOf(cell))
      cell = ''
    } else if (character === '\n') {
      rows.push([...row, valueOf(cell)])
      row = []
      cell = ''
    } else if (character !== '\r') cell += character
  }
  if (isQuoted) return undefined
  if (cell !== '' || row.length > 0) rows.push([...row, valueOf(cell)])
  return rows.filter((cells) => cells.some((each) => each !== ''))
}

/** What begins a formula in spreadsheets, full-width forms included (OWASP, CSV injection). */
const formula = /^['=+\-@\t\r＝＋－＠]/

function cellOf(value: string): string {
  const guarded = formula.test(value) ? `'${value}` : value
  return `"${guarded.replaceAll('"', '""')}"`
}

function valueOf(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell
}
