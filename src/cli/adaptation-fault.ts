import { pointerOf, wordsOf } from '../wire/fault-words.js'
import type { MeaningFaultCode } from '../sop/adaptation-faults.js'
import type { AdaptationFault } from '../sop/check-adaptation.js'
import { catalogue } from '../sop/generated/catalogue.js'
import type { Fault } from './outcome.js'

const words: Readonly<Record<MeaningFaultCode, string>> = {
  'basis-wrong': `must be ${catalogue.version}, the catalogue of this version`,
  'id-shared':
    'is an id of the shared catalogue: own measures begin with the code of the country; reword the shared one',
  'id-taken': 'is the id of another measure of this file',
  'country-foreign': 'begins with another country than the adaptation is of',
  'measure-unknown': 'is no measure of the shared catalogue: trm sop list',
  'changed-twice': 'is hidden or reworded by another change of this file: put them together',
  'reword-empty': 'replaces no text',
  'steps-unordered': 'must be numbered 1, 2, 3 without gaps',
  'source-unknown': 'is listed neither in /sources nor in the catalogue',
  'source-taken': 'is listed already, here or in the catalogue',
}

/** A fault of an adaptation as people and programs read it: JSON pointer, words, code. */
export function adaptationFault(fault: AdaptationFault): Fault {
  if (fault.code !== 'schema-invalid') return { at: fault.at, message: words[fault.code], code: fault.code }
  const { keyword } = fault.fault
  const message =
    keyword === 'additionalProperties'
      ? 'is not known here'
      : keyword === 'anyOf'
        ? 'must be a class of actors or a kind of agency'
        : wordsOf(fault.fault)
  return { at: pointerOf(fault.fault) || '/', message, code: fault.code }
}
