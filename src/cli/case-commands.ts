import type { Command } from 'commander'
import type { RunCommand } from './command-context.js'
import { caseAlike } from './commands/case-alike.js'
import { caseClose } from './commands/case-close.js'
import { caseConsent } from './commands/case-consent.js'
import { caseCreate } from './commands/case-create.js'
import { caseDisclose } from './commands/case-disclose.js'
import { caseDocument } from './commands/case-document.js'
import { caseDone } from './commands/case-done.js'
import { caseDue } from './commands/case-due.js'
import { caseErase } from './commands/case-erase.js'
import { caseHolders } from './commands/case-holders.js'
import { caseLink } from './commands/case-link.js'
import { caseList } from './commands/case-list.js'
import { caseNew } from './commands/case-new.js'
import { caseNote } from './commands/case-note.js'
import { casePassOn } from './commands/case-pass-on.js'
import { casePlan } from './commands/case-plan.js'
import { caseRemind } from './commands/case-remind.js'
import { caseReopen } from './commands/case-reopen.js'
import { caseRetain } from './commands/case-retain.js'
import { caseShow } from './commands/case-show.js'
import { caseVault } from './commands/case-vault.js'
import { caseWithdraw } from './commands/case-withdraw.js'
import { retentionRun } from './commands/retention-run.js'
import { withExamples } from './examples.js'

/** `trm case` and `trm retention`. */
export function caseCommands(program: Command, run: RunCommand): void {
  const cases = withExamples(
    program
      .command('case')
      .description('local cases: they never leave this node; a case is named by its code or its id'),
    ['trm case list'],
  )
  for (const define of [
    caseCreate,
    caseList,
    caseDue,
    caseNew,
    caseShow,
    caseNote,
    caseDocument,
    caseRemind,
    caseDone,
    casePlan,
    caseConsent,
    casePassOn,
    caseWithdraw,
    caseLink,
    caseDisclose,
    caseHolders,
    caseVault,
    caseAlike,
    caseClose,
    caseReopen,
    caseRetain,
    caseErase,
  ]) {
    define(cases, run)
  }
  const retention = withExamples(program.command('retention').description('what was kept long enough'), [
    'trm retention run --dry-run',
  ])
  retentionRun(retention, run)
}
