import type { PersonalStepType } from '../../referral/step-types.js'
import type { ThreadView } from '../../wire/generated/types.js'
import type { ApiAnswer } from '../local-api.js'
import type { Failure } from '../outcome.js'

/** Steps with a command of their own name; a referral that continues another one, and an erasure, are more than a body. */
export type StepCommandType = PersonalStepType | 'consent.withdraw' | 'consent.update'

/** Body of a step while it is put together. */
export type Body = Readonly<Record<string, unknown>>

/** An option of a step. Which codes it takes and whether it is required stands in the schema of the body, and nowhere else. */
export interface StepOption {
  /** As commander writes it: `--question <code...>`. */
  readonly flags: string
  /** JSON pointer to the member of the body that it becomes. */
  readonly at: string
  readonly words: string
  /** What is typed: a time, a whole number, a node by id or label, or two members in one word as `housing=good`. */
  readonly reads?: 'time' | 'number' | 'peer' | readonly [string, string]
  /** The words without which no gate lets the step pass, as `--assessed joint`: they stand among what can be done next. */
  readonly passes?: string
  /** What it is where nobody gives it. */
  readonly otherwise?: 'today' | 'thisMonth' | 'none'
}

/** Reads the thread, once a member cannot be known without it. */
export type SeeThread = () => Promise<ApiAnswer<ThreadView>>

/** A command that takes one step. */
export interface StepCommand {
  readonly name: string
  readonly description: string
  readonly options: readonly StepOption[]
  /** What a file holds that no option gives; absent where there is nothing. */
  readonly file?: string
  /** What stands behind the thread, in each example. */
  readonly examples: readonly string[]
  /** Adds what follows from the thread where nobody gave it: a proposal that is answered, services that were asked for. */
  readonly fill?: (body: Body, see: SeeThread) => Promise<{ readonly ok: true; readonly body: Body } | Failure>
}
