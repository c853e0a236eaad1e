import { ibanLength } from './iban.js'

/** Deny: nobody can override it. Warn: a named role can, with a reason. */
export type FindingLevel = 'deny' | 'warn'

export interface IdentityRule {
  readonly rule: string
  readonly level: FindingLevel
  /**
   * Read against folded text. Every repetition is bounded, or can begin only where a run of its characters begins: the
   * time a rule takes grows with the text and no faster.
   */
  readonly pattern: RegExp
  /** How many characters of a match are a finding, 0 if none; the whole match where absent. */
  readonly confirm?: (match: string) => number
}

/** Grows with every change of a rule; stated with every refusal. */
export const rulesetVersion = 'trm-identity/1'

const years = /^(?:(?:19|20)[0-9]{2}[ ().\-/_]{1,2})*(?:19|20)[0-9]{2}$/

/** First version of the rules. Names are not found: codes instead of text, and a second reader, are the protection. */
export const identityRules: readonly IdentityRule[] = [
  {
    rule: 'email',
    level: 'deny',
    pattern:
      /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+ {0,2}(?:@|[([{<] ?[Aa][Tt] ?[)\]}>]) {0,2}[\p{L}\p{N}-]{1,63}(?:(?:\.| \. | ?[([{<] ?[Dd][Oo][Tt] ?[)\]}>] ?| [Dd][Oo][Tt] )[\p{L}\p{N}-]{1,63}){1,6}/gu,
  },
  {
    rule: 'email-spelled',
    level: 'deny',
    pattern:
      /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+ [Aa][Tt] [\p{L}\p{N}-]{1,63}(?: [Dd][Oo][Tt] [\p{L}\p{N}-]{2,63}){1,6}/gu,
  },
  {
    rule: 'phone-international',
    level: 'deny',
    pattern: /(?:\+|(?<![\p{L}\p{N}])00)[ ().\-/]{0,3}[1-9](?:[ ().\-/_,]{0,3}[0-9]){6,14}/gu,
  },
  {
    rule: 'url',
    level: 'deny',
    pattern: /\b(?:(?:[Hh](?:[Tt]{2}|[Xx]{2})[Pp][Ss]?|[Ff][Tt][Pp]) ?: ?\/ ?\/|[Ww]{3} ?\. ?)[^ ]{1,200}/gu,
    confirm: withoutPunctuation,
  },
  {
    rule: 'url',
    level: 'deny',
    pattern:
      /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]{1,63}){0,4}\.(?:[a-z]{2,18}\/[\p{L}\p{N}_@][^ ]{0,200}|(?:com|org|net|info|biz|eu)\b)/gu,
    confirm: withoutPunctuation,
  },
  { rule: 'handle', level: 'deny', pattern: /@[\p{L}\p{N}_][\p{L}\p{N}_.-]{1,63}/gu },
  {
    rule: 'handle',
    level: 'deny',
    pattern:
      /(?<![\p{L}\p{N}])(?:facebook|fb|instagram|insta|tiktok|telegram|viber|whatsapp|snapchat|vkontakte|vk|onlyfans|skype|signal|messenger) ?[:/=] ?[\p{L}\p{N}._-]{2,64}/giu,
    // A channel with a word after it is no handle: how somebody was recruited may be said.
    confirm: (match) => (/[0-9_]|\.\p{Ll}/u.test(match) ? match.length : 0),
  },
  {
    rule: 'iban',
    level: 'deny',
    pattern: /[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]){11,27}/giu,
    confirm: ibanLength,
  },
  {
    rule: 'digit-run',
    level: 'deny',
    pattern: /(?<![0-9])[0-9](?:[ ().\-/_]{0,2}[0-9]){8,63}/gu,
    confirm: (match) => (years.test(match) ? 0 : match.length),
  },
]

/** An address ends before the punctuation of its sentence. */
function withoutPunctuation(match: string): number {
  return match.replace(/[.,;:!?)\]]{1,200}$/, '').length
}
