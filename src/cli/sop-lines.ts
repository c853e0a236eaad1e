import type { AdaptedMeasure, ChangeOrigin } from '../sop/adapted-measure.js'
import { catalogue } from '../sop/generated/catalogue.js'
import { translatedTitle } from '../sop/translated-title.js'
import type { CatalogueAdaptation, Measure, MeasureCatalogue } from '../wire/generated/types.js'
import type { SopChoice } from './sop-choice.js'
import { table } from './table.js'

/** Measures, one a line. English stands beside a draft of another language. */
export function measureTable(
  measures: readonly AdaptedMeasure[],
  { names }: Pick<SopChoice, 'names'>,
): readonly string[] {
  const rows = measures.map((adapted) => {
    const { id, title, status } = adapted.measure
    const translated = names === undefined ? undefined : translatedTitle(names, adapted)
    const beside = translated?.status === 'draft' ? ` (draft; ${title})` : ''
    const hidden = adapted.hidden === undefined ? '' : ', hidden'
    return [id, `${adapted.provenance}${hidden}`, status, `${translated?.title ?? title}${beside}`]
  })
  return table(['MEASURE', 'WORDS', 'FOUNDED', 'TITLE'], rows)
}

/** One measure, whole. */
export function measureLines(
  adapted: AdaptedMeasure,
  { names, adaptation }: Pick<SopChoice, 'names' | 'adaptation'>,
): readonly string[] {
  const { measure } = adapted
  const translated = names === undefined ? undefined : translatedTitle(names, adapted)
  const { childVariant, lessons } = measure
  return [
    `${measure.id}  ${measure.title}`,
    ...(translated === undefined ? [] : [`  ${translated.title} (${names?.language ?? ''}, ${translated.status})`]),
    '',
    measure.what,
    ...section('When', measure.when.map(item)),
    ...section(
      'Who',
      measure.who.map((actor) => item(actorText(actor))),
    ),
    ...section('How', [`  ${measure.how}`]),
    ...section(
      'Steps, to take as the case needs',
      measure.steps.flatMap(({ step, title, text }, index) => {
        const other = translated?.steps?.[index]
        return [`  ${step}. ${title}${other === undefined ? '' : ` (${other})`}`, `     ${text}`]
      }),
    ),
    ...section('Checklist', measure.checklist.map(box)),
    ...(childVariant === undefined
      ? []
      : section('For a child', [`  ${childVariant.text}`, ...childVariant.checklist.map(box)])),
    ...section(
      'From cases',
      lessons.map(({ text, source }) => item(`${text} [${source}]`)),
    ),
    ...section('Suggested for', measure.suggestedFor.map(item)),
    ...section('Where it comes from', [...originLines(adapted), ...sourceLines(measure, adaptation)]),
  ]
}

/** A note that applies to all SOPs. */
export function noteLines({ title, text, points }: MeasureCatalogue['crossCutting'][number]): readonly string[] {
  return [title, '', text, '', ...points.map(box)]
}

function originLines(adapted: AdaptedMeasure): readonly string[] {
  const { measure, hidden } = adapted
  const title = measure.titleBy === 'own' ? '; the name is ours' : ''
  const lines = [item(`pillar ${measure.pillar}`), item(`founded as ${measure.status}${title}`)]
  if (adapted.provenance !== 'shared') lines.push(item(`${adapted.provenance} by ${changeText(adapted.change)}`))
  if (adapted.provenance === 'reworded') lines.push(item(`the shared words: trm sop show ${measure.id}`))
  if (hidden !== undefined) lines.push(item(`hidden by ${changeText(hidden)}`))
  return lines
}

function changeText({ country, version, status, by, on, reason, source }: ChangeOrigin): string {
  return `${country} ${version} (${status}, ${by}, ${on}): ${reason} [${source.join(', ')}]`
}

function sourceLines({ source, lessons }: Measure, adaptation: CatalogueAdaptation | undefined): readonly string[] {
  const keys = new Set([...source, ...lessons.map((lesson) => lesson.source)])
  return [...catalogue.sources, ...(adaptation?.sources ?? [])]
    .filter(({ key }) => keys.has(key))
    .map(({ key, what }) => item(`${key}: ${what}`))
}

function actorText(actor: string): string {
  const found = catalogue.actors.find((known) => known.actor === actor)
  return found === undefined ? actor : `${found.title} (${found.agencyTypes.join(', ')})`
}

function section(head: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', head, ...lines]
}

function item(text: string): string {
  return `  - ${text}`
}

function box(text: string): string {
  return `  [ ] ${text}`
}
