import { isNodesDoing } from '../../referral/step-types.js'
import { isFinal, ranks, transitionTable, type Role, type Transition } from '../../referral/transition-table.js'
import type { ThreadState } from '../../referral/thread-states.js'
import type { ThreadView } from '../../wire/generated/types.js'
import { stepCommands } from '../steps/step-commands.js'
import { shortThread } from '../resolve-thread.js'

type Steps = readonly Transition[]

/**
 * Why a step is not possible now, by the table of steps: it is one of the other side, or others have to come first, each with who takes
 * it. Empty where the table says no more than that.
 */
export function missingStep(view: ThreadView, type: string | undefined): readonly string[] {
  const { role, peerLabel, thread } = view
  const rows = transitionTable.filter(({ event }) => event === type)
  const [first] = rows
  if (first === undefined) return []
  const theirs = rows.every(({ by }) => by !== 'either' && by !== role)
  if (theirs) return [`${nameOf(first)} is a step of the ${otherOf(role)}: ${peerLabel}.`]
  const path = pathTo(view.state, new Set(rows.filter(({ by }) => isOf(by, role)).flatMap(({ from }) => from)))
  if (path.length === 0) return []
  const words = path.map((row) => {
    const isOurs = isOf(row.by, role)
    const reason = row.reasons === undefined ? '' : ` --reason ${row.reasons.join(' or ')}`
    return isOurs
      ? `${nameOf(row)} (you: trm referral ${nameOf(row)} ${shortThread(thread)}${reason})`
      : `${nameOf(row)}${reason} (${peerLabel})`
  })
  return [`First: ${words.join(', then ')}.`]
}

/** The fewest steps that lead to one of the states; none where no steps of people do, or it is one already. */
function pathTo(from: string, wanted: ReadonlySet<ThreadState>): Steps {
  const reached = new Set<string>([from])
  let ends: readonly { readonly state: string; readonly path: Steps }[] = [{ state: from, path: [] }]
  while (ends.length > 0) {
    const next: { readonly state: ThreadState; readonly path: Steps }[] = []
    for (const { state, path } of ends) {
      for (const row of transitionTable.filter((each) => isStepOn(each, state))) {
        const to = row.to === 'held' ? 'inProgress' : row.to
        if (to === 'same' || reached.has(to)) continue
        if (wanted.has(to)) return [...path, row]
        reached.add(to)
        next.push({ state: to, path: [...path, row] })
      }
    }
    ends = next
  }
  return []
}

/** A step of a person that leads on, and does not end the case. */
function isStepOn({ event, from, to, rank, needs }: Transition, state: string): boolean {
  const isEnding = to !== 'same' && to !== 'held' && isFinal(to)
  return (
    from.some((each) => each === state) &&
    !isEnding &&
    rank === ranks.other &&
    needs === undefined &&
    !isNodesDoing(event)
  )
}

function isOf(by: Transition['by'], role: Role): boolean {
  return by === 'either' || by === role
}

function otherOf(role: Role): Role {
  return role === 'sender' ? 'receiver' : 'sender'
}

function nameOf({ event }: Transition): string {
  const commands: Readonly<Record<string, { readonly name: string }>> = stepCommands
  return commands[event]?.name ?? (event === 'onward.execute' ? 'refer-on' : event)
}
