import { foldCharacter } from '../fold-character.js'

/** Saints whose names places, hospitals and schools carry, in all languages and their cases. */
const saints = `saint sainte saints st ste san santa sant santo são sao sankt szent sint sfânt sfântu sfântul sfânta sfintei sfintii sfantu sf sv sveti sveta sveto svetog svetoga svetom svetome svetoj svetu svete svetih sväty svätý svatý svatá svatého svaté svätá svätého svätej święty święta świętego świętej
св свети света свето свету светог светога светом свете свeтих святой святая святого святой святой святий свята святого святої свт шен shën shen shënt agios agia agioi αγιος αγία αγίου αγίας αγιο αγιοι αγίων αγ šv šventas šventoji svētā svētais püha sankta pyhä`

/** What makes the name of a place with the word behind it. */
const adjectives = `new old upper lower mount ober unter hohe nieder velika veliki veliko velike velikoj veliku velikom velikog mala mali malo male maloj malom malog malu nova novi novo nove novoj novom novog novu stara stari staro stare staroj starom starog staru gornja gornji gornje gornjoj gornjem gornjeg gornju donja donji donje donjoj donjem donjeg donju bela beli belo bele beloj bijela bijeli bijelo bijeloj bijelom bijelog crna crni crnoj banja bajina bajine bajinu vrnjačka vrnjačkoj mataruška vrela vrelo sremska sremski sremske sremskoj sremsku bačka bački bačke bačkoj bačkom ruski kosovska kosovske kosovskoj kosovsku dolna dolno gorna gorno slavonski slavonska slavonskom bosanska bosanski bosanske bosanskoj bosanskom
велика велики велико велике великој велику великом мала мали мало мале малој малом малу нова нови ново нове новој новом нову стара стари старо старе старој старом стару горња горњи горње горњој доња доњи доње доњој бела бели бело белој црна црни баня бања бајина бајину бајине врњачка врњачкој сремска сремски сремске сремској сремску бачка бачки бачкој македонски македонска македонска косовска косовске косовској косовску
голям голяма голямо малък малка малко горни горна горно долни долна долно долен горен стари нови крива криви криво кривой кривий кривого кривом бели червен червени черна черни демир свети трите минерални
великий великого великої великі великая великое великом великой новий нового новая новое новой нової новом нові старий старого старої старая старое старой біла білої білий білого белая белой белый белого верхній верхня верхняя верхний нижній нижня нижняя нижний нижнего нижнем красный красная красной красное красноє кам'янець камянець святая
baia băile baile târgu târgul targu vatra piatra turnu râmnicu ramnicu valea câmpulung campulung curtea drobeta simeria ocna
fushë fushe mali malet shkodra bregu gjiri
 montagne puerto ciudad alcalá alcala playa ponte póvoa figueira terme reggio acqui cinisello
νέα νέο νέος νέας νέου παλαιά παλαιό παλιά παλαιάς άνω κάτω μεγάλη μεγάλο μικρή μικρό λευκός λευκή καλή ερυθρός κόκκινη
yeni eski büyük küçük yukarı aşağı kızıl kırmızı yeşil
új nagy kis felső alsó régi kecske magyar vörös balaton
nowa nowy nowe nowej nowym stara stary stare starej starym wielka wielki wielkie wielkiej mała mały małe małej biała biały białej dolny górny górna dolna czerwony zielona zielonej jelenia jeleniej piotrków
nová nové nový novém nového stará staré starý velká velké velký velkém malá malé malý dolní horní dolná dolný dolné horná horný horné banská banskej banskú spišská spišskej bílá bílé bílý český české českém česká
naujoji naujosios senoji žemoji didžioji jaunā jaunais vecā vecais lielā mazā uus väike den het alphen bergen oud oude nieuw nieuwe groot nya gamla norra södra nye ny gamle store nord sør uusi vanha  
roter rotes roten grüner grüne grünes grünen neuer neue neues neuen alter alte altes alten blauer blaue blaues blauen offener offene offenes offenen guter gute gutes guten starker starke starkes starken sicherer sichere sicheres sicheren goldener goldene
 verde nuovo nuova nuovi nuove nouveau nouvelle nouveaux nuevo nueva nuevos nuevas novo novas novos vermelho vermelha nou noua rosu verde`

/** Buildings that are called after people of history: airport, school, hospital, church, bridge, square. */
const namedAfterSomebody =
  /^(?:airport|aeroport|aerodrom|aeroporti|letisk|letist|letal|lotnisk|flughafen|havaliman|aeropuert|аеродром|летищ|аэропорт|аеропорт|αεροδρομι|skol|schule|scoal|scuol|escuel|escol|ecole|okul|lycee|liceu|lice[ijy]|gimnazij|gimnazi|gymnasi|collegi|colegi|ginnas|istitut|institut|школ|училищ|гимнази|гимназиј|лице[иј]|інститут|институт|universi|univerz|университет|универзитет|університет|hopital|bolnic|spital|ospedal|болниц|лікарн|больниц|νοσοκομει|σχολει|hastane|korhaz|szpital|nemocnic|церкв|цркв|църкв|chiesa|iglesia|igreja|kirche|eglise|most[auie]?$|мост[ауие]?$|trg[aui]?$|трг[ауи]?$|площад|площа|foundation|fondation|fundaci|fundacj|fondazion|fondacion|fundatia|fundatiei|фондаци|stiftung|zaklad)/
/** What is called after people or has people before it: programme, centre, house. */
const namedAfterPerhaps =
  /^(?:school|hospital|church|bridge|klini|clini|program|projek|project|projet|proiect|progett|proyect|proje|програм|проект|пројект|προγραμμα|inicijativ|initiativ|kampan|campan|campaign|кампани|verein|fondacij|udruzenj|udrug|удружењ|здружени|асоциаци|asociac|asociat|associ|shoqat|qendr|centar|centre|center|centro|centru|центар|център|центр|zentrum|haus$|maison|casas?$|kuc[aeiu]$|кућ[аеиу]$|куќ[аеи]$|дом[ауе]?$|dom[aueo]?$|shtepi|hotel|хотел|pont$|square$)/
/** German, Dutch and the Nordic languages put it behind in the same word. */
const compoundNamed =
  /^\p{L}{3,24}(?:werk|zentrum|schule|gymnasium|klinik|krankenhaus|kirche|stiftung|akademie|kolleg|verein|stelle|initiative|programm|projekt|haus|heim|platz|brucke|ziekenhuis|skole|skola|szolgalat|alapitvany|egyesulet|otthon|kozpont|hivatal|sykehus|sjukhus)$/u

/** Whether a lower-case folded word is of an undertaking that carries the name of a person. */
export function carriesPersonsName(lower: string): 'somebody' | 'perhaps' | undefined {
  if (namedAfterSomebody.test(lower)) return 'somebody'
  return namedAfterPerhaps.test(lower) || compoundNamed.test(lower) ? 'perhaps' : undefined
}

/** Whether a lower-case folded word of one piece is an undertaking, which no list can hold: Bildungswerk, Szeretetszolgálat. */
export function isUndertaking(lower: string): boolean {
  return compoundNamed.test(lower)
}

/** "the Rosa Parks school": behind the name, in the languages that write it so. */
export const followsPersonsName =
  /^(?:foundation|school|hospital|airport|university|college|academy|bridge|church|prize|award|programme|program|havalimani|havaalani|vakfi|okulu|lisesi|hastanesi|universitesi|ilcesi|mahallesi|semti|semtinde|koprusu|alapitvany|iskola|korhaz|repuloter|gimnazium|ter|utca|egyetem|lennujaam|sihtasutus|saatio)$/

/** Great, small, new, old, upper, lower, white in the cases of the Slavic languages. */
const slavic =
  /^(?:(?:velik|velk|wielk|mal|nov|now|star|gornj|gorn|donj|doln|horn|bel|bijel|bial)(?:o?[jgm]|o[gm][ae]|i[mh]?|e[jmg]?|ega|ego|emu|eho|iej|y[m]?|ych|ich|ou|[aou])|(?:велик|мал|нов|стар|горњ|горн|доњ|долн|верхн|нижн|біл|бел|бијел|красн)(?:а|о|у|е|и|і|ии|іи|ыи|ая|яя|ое|ее|ои|еи|оі|ом|ог|оі|ої|ому|ого|его|ім|им|ым|их|ых|ую|ою|ј|ој))$/u

const prefixes: ReadonlyMap<string, 'saint' | 'adjective'> = new Map([
  ...wordsOf(adjectives).map((word) => [word, 'adjective'] as const),
  ...wordsOf(saints).map((word) => [word, 'saint'] as const),
])

/** Whether a lower-case folded word begins the name of a place, and how. */
export function placePrefixOf(lower: string): 'saint' | 'adjective' | undefined {
  return prefixes.get(lower) ?? (slavic.test(lower) ? 'adjective' : undefined)
}

function wordsOf(list: string): readonly string[] {
  return Array.from(list, foldCharacter).join('').toLowerCase().split(/\s+/)
}
