import { ExchangeError } from '../base/errors.js'
import { maxFaults } from '../wire/schema-faults.js'
import { adaptations } from '../sop/generated/adaptations.js'
import { catalogue } from '../sop/generated/catalogue.js'

/**
 * A measure that no catalogue knows is a slip of the pen, and says something wrong to the other side. Of a country without an adaptation here
 * every id passes: its own offices know them. What a peer names is taken as it comes, since its catalogue may be a newer one.
 *
 * @param at JSON pointer of each measure into the event
 * @throws ExchangeError measure-unknown
 */
export function refuseUnknownMeasures(measures: readonly string[], at: (index: number) => string): void {
  const pointers = measures.flatMap((id, index) => (isKnown(id) ? [] : [at(index)]))
  if (pointers.length > 0) throw new ExchangeError('measure-unknown', { pointers: pointers.slice(0, maxFaults) })
}

function isKnown(id: string): boolean {
  const [prefix] = id.split('.')
  if (prefix?.startsWith('SOP') === true) return catalogue.measures.some((measure) => measure.id === id)
  const adaptation = adaptations.find(({ country }) => country === prefix)
  return (
    adaptation === undefined || adaptation.changes.some((change) => change.do === 'add' && change.measure.id === id)
  )
}
