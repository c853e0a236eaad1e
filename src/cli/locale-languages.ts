import type { Environment } from '../config/read-environment.js'

const scripts: Readonly<Record<string, string>> = { latin: 'Latn', cyrillic: 'Cyrl' }

/** BCP 47 tags of the person's locale (POSIX: LC_ALL before LC_MESSAGES before LANG), such as sr-Latn-RS of sr_RS@latin. */
export function localeLanguages(env: Environment): readonly string[] {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '')
  const parts = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?:\.[^@]*)?(?:@([a-z]+))?$/.exec(locale ?? '')
  if (parts === null) return []
  const [, language, country, modifier = ''] = parts
  return [[language, scripts[modifier], country].filter((part) => part !== undefined).join('-')]
}
