import { toDay } from '../base/clock.js'
import { ExchangeError } from '../base/errors.js'
import { countryMeasures } from '../sop/country-measures.js'
import { addMeasure, removeMeasure, setMeasureState, type ChangedPlan } from '../sop/change-plan.js'
import { catalogue } from '../sop/generated/catalogue.js'
import { sharedMeasures } from '../sop/shared-measures.js'
import type {
  AddDocumentRequest,
  AddNoteRequest,
  AddTaskRequest,
  ChangePlanRequest,
  RecordDisclosureRequest,
} from '../wire/generated/types.js'
import type { CaseCall, CaseDeps } from './case-deps.js'
import { changeCase, type Changed } from './change-case.js'
import { endOfDay } from './retain-until.js'

/** Each of these adds to a case, or marks in it. @throws ExchangeError of changeCase */
export async function addNote(deps: CaseDeps, call: CaseCall, content: AddNoteRequest): Promise<Changed> {
  return changeCase(deps, call, () => ({ entries: [{ kind: 'note', content }] }))
}

/** A paper: its hash and its place, never the paper. */
export async function addDocument(deps: CaseDeps, call: CaseCall, content: AddDocumentRequest): Promise<Changed> {
  return changeCase(deps, call, () => ({ entries: [{ kind: 'document', content }] }))
}

/** Something that somebody has to do. */
export async function addTask(deps: CaseDeps, call: CaseCall, { kind, text, dueOn }: AddTaskRequest): Promise<Changed> {
  // Due while the day lasts, not after it.
  const dueAt = endOfDay(dueOn) - 1
  return changeCase(deps, call, () => ({ entries: [{ kind, content: { text }, dueAt }] }))
}

/** Something that was told outside the federation. */
export async function addDisclosure(
  deps: CaseDeps,
  call: CaseCall,
  content: RecordDisclosureRequest,
): Promise<Changed> {
  return changeCase(deps, call, () => ({ entries: [{ kind: 'disclosure', content }] }))
}

/** A task is done, or what was disclosed came back or was destroyed. @throws ExchangeError case-entry-not-found */
export async function finishEntry(deps: CaseDeps, call: CaseCall, entry: string): Promise<Changed> {
  const finishing = new Set(['reminder', 'followUp', 'disclosure'])
  return changeCase(deps, call, ({ row, entries }) => {
    const found = entries.find((each) => each.row.id === entry && finishing.has(each.kind))
    if (found?.row.doneAt !== null) throw new ExchangeError('case-entry-not-found')
    return { alongside: [{ do: 'finishCaseEntry', caseId: row.id, id: entry, at: deps.clock.now() }] }
  })
}

/** A measure stands otherwise from now on; it comes into the plan where it was not. @throws ExchangeError measure-not-found */
export async function changeMeasure(
  deps: CaseDeps & { readonly country: string },
  call: CaseCall,
  { measure, state, note }: ChangePlanRequest,
): Promise<Changed> {
  const step = { id: measure, state, on: toDay(deps.clock.now()), ...(note === undefined ? {} : { note }) }
  return changeCase(deps, call, ({ content }) => {
    const isPlanned = content.plan.some((item) => item.measure === measure)
    const changed = isPlanned
      ? setMeasureState(content.plan, step)
      : addMeasure(content.plan, measuresOf(deps.country), step)
    return { content: { ...content, plan: planOf(changed) } }
  })
}

/** Takes a measure out of the plan. @throws ExchangeError measure-not-found */
export async function dropMeasure(deps: CaseDeps, call: CaseCall, measure: string): Promise<Changed> {
  return changeCase(deps, call, ({ content }) => ({
    content: { ...content, plan: planOf(removeMeasure(content.plan, measure)) },
  }))
}

/** As the country of the node adapts the catalogue, where it does. */
function measuresOf(country: string): Parameters<typeof addMeasure>[1] {
  const adapted = countryMeasures(country)
  return adapted?.ok === true ? adapted.measures : sharedMeasures(catalogue)
}

function planOf(changed: ChangedPlan): Extract<ChangedPlan, { readonly ok: true }>['plan'] {
  if (!changed.ok) throw new ExchangeError('measure-not-found')
  return changed.plan
}
