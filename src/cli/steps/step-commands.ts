import { decidingSteps } from './deciding-steps.js'
import { endingSteps } from './ending-steps.js'
import type { StepCommand, StepCommandType } from './step-command.js'
import { workingSteps } from './working-steps.js'

/** The command of every step that a person takes, in the order of a case; the compiler sees that none is left out. */
export const stepCommands: Readonly<Record<StepCommandType, StepCommand>> = {
  ...decidingSteps,
  ...workingSteps,
  ...endingSteps,
}
