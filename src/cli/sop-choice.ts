import { adaptCatalogue } from '../sop/adapt-catalogue.js'
import type { AdaptedMeasure } from '../sop/adapted-measure.js'
import { checkAdaptation } from '../sop/check-adaptation.js'
import { countryMeasures } from '../sop/country-measures.js'
import { adaptations } from '../sop/generated/adaptations.js'
import { catalogue } from '../sop/generated/catalogue.js'
import { titles } from '../sop/generated/titles.js'
import { sharedMeasures } from '../sop/shared-measures.js'
import { titlesIn } from '../sop/titles-in.js'
import type { CatalogueAdaptation, MeasureTitles } from '../wire/generated/types.js'
import { usageFailure } from './failure.js'
import type { Io } from './io.js'
import type { Failure } from './outcome.js'
import { readJsonFile } from './read-json-file.js'

export interface SopOptions {
  readonly country?: string
  readonly adaptation?: string
  readonly lang?: string
}

/** The catalogue that a command line asks for. */
export interface SopChoice {
  readonly ok: true
  readonly measures: readonly AdaptedMeasure[]
  readonly adaptation: CatalogueAdaptation | undefined
  /** Undefined for English. */
  readonly names: MeasureTitles | undefined
}

/** The shared catalogue, or as a country adapts it: with what comes with the program, or with a file of its own. */
export async function sopChoice(
  io: Pick<Io, 'stdin' | 'cwd'>,
  { country, adaptation, lang = 'en' }: SopOptions,
): Promise<SopChoice | Failure> {
  const names = titlesIn(lang)
  if (names === undefined && lang !== 'en') {
    const known = ['en', ...titles.map(({ language }) => language)].join(', ')
    return usageFailure(`--lang ${lang} is not there. There is: ${known}`)
  }
  if (adaptation !== undefined) {
    if (country !== undefined) return usageFailure('Give --country or --adaptation, not both')
    return ofFile(io, adaptation, names)
  }
  if (country === undefined) return { ok: true, measures: sharedMeasures(catalogue), adaptation: undefined, names }
  const found = countryMeasures(country)
  if (found?.ok === true) return { ok: true, measures: found.measures, adaptation: found.adaptation, names }
  const known = adaptations.map((one) => one.country).join(', ')
  return usageFailure(
    `No adaptation of ${country} comes with the program (there is: ${known}). Leave --country out, or give a file of your own: --adaptation FILE`,
  )
}

async function ofFile(
  io: Pick<Io, 'stdin' | 'cwd'>,
  file: string,
  names: MeasureTitles | undefined,
): Promise<SopChoice | Failure> {
  const read = await readJsonFile(io, file)
  if (!read.ok) return read
  const checked = checkAdaptation(read.value, catalogue)
  const adapted = checked.ok ? adaptCatalogue(catalogue, checked.adaptation) : checked
  if (!checked.ok || !adapted.ok) return usageFailure(`${file} is no valid adaptation. See why: trm sop check ${file}`)
  return { ok: true, measures: adapted.measures, adaptation: checked.adaptation, names }
}
