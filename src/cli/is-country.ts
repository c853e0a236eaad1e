/** Whether two letters are a country or territory that has a name; ZZ is the code of none. */
export function isCountry(code: string): boolean {
  const name = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }).of(code)
  return name !== undefined && name !== 'Unknown Region'
}
