import type { Hit } from '../identity-rule.js'
import type { Reading } from '../read-text.js'
import { patternHits } from './pattern-hits.js'

const provider =
  '(?:g ?mail|yahoo|hotmail|icloud|proton ?mail|abv|yandex|gmx|seznam|citromail|freemail|mail ?ru|tutanota|interia|rambler|ukrnet|гмаил|гмејл|гмейл|джимейл|джимеил|жимейл|яху|јаху|абв|яндекс)(?:u|a|om|ju|у|а|ом)?'
/** "maria.p gmail": a made-up name with a point, an underscore or a digit inside, and who keeps the mailbox. */
const madeName = new RegExp(
  `(?<![\\p{L}\\p{N}._@-])(?=[\\p{L}\\p{N}._-]{0,40}\\p{L}{3})(?=[\\p{L}\\p{N}-]{1,40}[._]|\\p{L}{2,40}[0-9])[\\p{L}\\p{N}._-]{3,40}(?<![._-])(?: ?[,;/|-] ?| )(?:(?:on|at|la|na|на|в|bei|chez|su|em|en|pe|në|auf) )?${provider}(?![\\p{L}\\p{N}])`,
  'giu',
)
/** "mail: maria p, gmail": behind a word for mail and its colon, up to the end of the clause. */
const afterColon = new RegExp(
  `^ ?[:=] ?([\\p{L}\\p{N}_-]{2,30}(?: [\\p{L}\\p{N}_-]{1,20}){0,2}(?: ?[,;/|-] ?| (?:on|at|la|na|на|в|bei|chez|su|em|en|pe|në|auf) )${provider})(?= ?[.,;)]|$)`,
  'iu',
)

/** Addresses of mail that have lost their sign: a name, and who keeps the mailbox. */
export function mailWithoutSign({ text, terms }: Reading): readonly Hit[] {
  const named = terms.of('mail').flatMap(({ end }): readonly Hit[] => {
    const match = afterColon.exec(text.slice(end, end + 110))
    if (match === null) return []
    const [whole, address = ''] = match
    const start = end + whole.length - address.length
    const name = /^[\p{L}\p{N}_-]{2,30}/u.exec(address)?.[0] ?? ''
    const isWord = terms.isNear(
      { start, end: start + name.length },
      ['plainWord', 'withheld', 'network', 'relation'],
      0,
    )
    return isWord ? [] : [{ rule: 'email-spelled', start, end: start + address.length }]
  })
  return [...patternHits(text, madeName, 'email-spelled'), ...named]
}
