/** How much the ending of a name speaks for a family name. */
export type SurnameLikeness = 'strong' | 'possible' | 'none'

// In the form of `nameKey`: j and y are i, w is v, no letter is doubled.
/** Endings that hardly any other word has. */
const strong =
  /(?:escu|esku|oiu|ovic|evic|ievic|uvic|avic|inovic|ovici|evici|ovich|evich|enko|encuk|cenko|iuk|cuk|oglu|ogli|svili|[aioe]dze|opoulos|opoulou|opoilos|opoiloi|opulos|opulu|idis|iadis|akis|idou|iadou|idoi|aite|iute|iene|evicius|avicius|auskas|auskaite|inskas|inskaite|ovski|evski|ovska|evska|ovskii|evskii|ovskaia|inskii|ovskoi|inskaia|cevski|ievski|czik|czak|ovicz|evicz|ievicz|kievicz|alski|elski|olski|inski|alska|elska|olska|inska|ovskis|dotir|qvist|kvist|berisa|tsian|osian|anian|inian|iants|eanu|ulesku|iliev|nikov|nikova|nenko|vchenko|arenko)$/
/** Endings that other words have too: they count beside a given name or a title. */
const possible =
  /(?:erson|ov|ova|ovu|ovoi|ove|ovej|ev|eva|evu|eve|evoi|in|ina|inoi|ski|ska|sku|skom|skoi|skii|ski|ic|ica|ici|icu|icem|icz|ich|ak|ek|uk|ik|ian|ou|as|is|us|iu|aru|ean|anu|lar|ler|li|son|sen|inen|nen|man|mann|er|ez|es|ini|eti|eli|uci|ari|ero|ier|eau|ault|ard|ford|ton|lei|ani|ai|ku|si|ci|qi|ko|zi|hi|ti|ri|oi|vel|dal|berg|strom|gren|lund|stad|feld|bauer|stein|ia|ua|a|u|o)$/

/** The likeness of a word in the form of `nameKey`. */
export function surnameLikeness(key: string): SurnameLikeness {
  if (key.length < 4) return 'none'
  if (key.length > 5 && strong.test(key)) return 'strong'
  return possible.test(key) ? 'possible' : 'none'
}

/** Beginnings of family names of southern Nigeria, which are sentences that begin alike. */
const westAfrican =
  /^(?:osa[acdgikmnorvz]|osas|igbin|omor|omog|ehi[gioz]|ehig|aig[bh]|aigb|idah|idem|idehen|ogbe|uvai|uva[dg]|iiam|imas|eghos|egho|iguod|iguma|okun|okoh|okoro|okaf|okon|okpa|odi[ag]|obas|obaz|obi[ao]|cukvu|nva[cnk]|onie|okeke|adeb|adei|adek|adeo|aden|ades|adev|aiod|oluv|olus|olad|olav|olae|olat|ogun|ogen|oghen|ekeh|ekpe|ezeo|enob|erhab|erha|ikpo|izev|izeb|umor|umeh|udoh|edos|edoh)/

/** Whether a word in the form of `nameKey` may be one; it counts beside a given name that is a word: "Joy Omoregie". */
export function isWestAfricanFamily(key: string): boolean {
  return key.length > 4 && westAfrican.test(key)
}
