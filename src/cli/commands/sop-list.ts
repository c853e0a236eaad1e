import type { Command } from 'commander'
import type { AdaptedMeasure } from '../../sop/adapted-measure.js'
import { catalogue } from '../../sop/generated/catalogue.js'
import { measuresFor, type ReferralType } from '../../sop/measures-for.js'
import { translatedTitle } from '../../sop/translated-title.js'
import type { CatalogueAdaptation } from '../../wire/generated/types.js'
import type { RunCommand } from '../command-context.js'
import { withExamples } from '../examples.js'
import { usageFailure } from '../failure.js'
import type { Outcome } from '../outcome.js'
import { sopChoice, type SopChoice, type SopOptions } from '../sop-choice.js'
import { measureTable } from '../sop-lines.js'

interface Options extends SopOptions {
  readonly sop?: string
  readonly type?: string
  readonly hidden?: true
}

/** `trm sop list` */
export function sopList(parent: Command, run: RunCommand): void {
  const command = parent
    .command('list')
    .description('the measures of the catalogue; a menu, in no order that binds')
    .option('--sop <code>', 'of this SOP: SOP1 to SOP5')
    .option('--type <code>', 'that a referral of this type brings to mind')
    .option('--country <country>', 'as this country adapts them')
    .option('--adaptation <file>', 'as this adaptation has them; - for standard input')
    .option('--lang <tag>', 'names in this language, drafts with English beside')
    .option('--hidden', 'also what the country hides')
  withExamples(command, [
    'trm sop list --sop SOP4',
    'trm sop list --type hearingTravel --lang ro',
    'trm sop list --country BG --hidden --json',
  ]).action((options: Options, self: Command) =>
    run(self, async ({ io }) => {
      const choice = await sopChoice(io, options)
      return choice.ok ? list(choice, options) : choice
    }),
  )
}

function list(choice: SopChoice, { sop, type, hidden }: Options): Outcome {
  const sops = catalogue.sops.map((known) => known.sop)
  if (sop !== undefined && !sops.some((known) => known === sop))
    return usageFailure(`--sop is one of ${sops.join(', ')}`)
  if (type !== undefined && !isReferralType(type)) return usageFailure(`--type is one of ${referralTypes().join(', ')}`)
  const suggested = type === undefined ? undefined : new Set(measuresFor(choice.measures, type))
  const measures = choice.measures.filter(
    (adapted) =>
      (hidden === true || adapted.hidden === undefined) &&
      (sop === undefined || adapted.measure.sop === sop) &&
      (suggested === undefined || suggested.has(adapted.measure.id)),
  )
  const { adaptation } = choice
  const topics = catalogue.crossCutting.map(({ topic }) => topic).join(', ')
  return {
    ok: true,
    result: {
      catalogue: catalogue.version,
      adaptation: adaptation === undefined ? null : aboutOf(adaptation),
      measures: measures.map((adapted) => rowOf(adapted, choice)),
    },
    lines: measureTable(measures, choice),
    notes: [
      `Catalogue ${catalogue.version}${adaptation === undefined ? '' : `, ${adaptation.country} ${adaptation.version} (${adaptation.status})`}. One measure: trm sop show ID`,
      `What applies to all, one at a time: trm sop show TOPIC, of ${topics}`,
    ],
  }
}

/** An adaptation without what it changes. */
function aboutOf({ sources: _sources, changes: _changes, ...about }: CatalogueAdaptation): object {
  return about
}

function isReferralType(type: string): type is ReferralType {
  return referralTypes().some((known) => known === type)
}

function referralTypes(): readonly ReferralType[] {
  return [...new Set(catalogue.measures.flatMap(({ suggestedFor }) => suggestedFor))].sort()
}

function rowOf(adapted: AdaptedMeasure, { names }: SopChoice): object {
  const { id, sop, title, titleBy, pillar, status, suggestedFor } = adapted.measure
  const translated = names === undefined ? undefined : translatedTitle(names, adapted)
  return {
    id,
    sop,
    title,
    titleBy,
    ...(translated === undefined
      ? {}
      : { translated: { language: names?.language, title: translated.title, status: translated.status } }),
    pillar,
    status,
    provenance: adapted.provenance,
    isHidden: adapted.hidden !== undefined,
    suggestedFor,
  }
}
