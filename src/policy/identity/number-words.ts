import { foldCharacter } from './fold-character.js'

/** What a number word adds to a telephone number: its digits, and whether a unit may still join it (`thirty four`). */
const words: readonly (readonly [digits: string, names: string])[] = [
  [
    '0',
    'zero null nulla nula нула нуль ноль zéro oh zerou nolla nul noll nulis nulle sıfır midis μηδεν нулa nol nič o cero zéró ნული',
  ],
  [
    '1',
    'one un una uno unu ein eins eine jedan jedna jedno edna едно един една еден један једна једно një один одна одне одно bir ένα egy jeden jedna en ena vienas viena viens üks een ett yksi um uma ekki ones unul ერთი одну egyes',
  ],
  [
    '2',
    'two doi doua două dva dvije dve два две дві dy deux due dos dois duas iki δύο kettő két dwa dwie du divi kaks twee två to kaksi zwei zwo ორი',
  ],
  ['3', 'three trei tri три tre trois drei tres três üç τρία három trzy trys trīs kolm drie kolme τρεις სამი'],
  [
    '4',
    'four patru cetiri četiri четири чотири четыре katër kater quatre quattro cuatro quatro vier dört τέσσερα négy cztery čtyři styri štyri keturi četri neli fyra fire neljä štiri ოთხი',
  ],
  [
    '5',
    'five cinci pet пет пять п`ять пять pesë pese cinq cinque cinco fünf fuenf beş πέντε öt pięć piec pět päť penki pieci viis vijf fem viisi ხუთი',
  ],
  [
    '6',
    'six sase șase sest šest шест шесть шість gjashtë gjashte sei seis sechs altı έξι hat sześć szesc šesť šeši seši kuus zes sex seks kuusi ექვსი',
  ],
  [
    '7',
    'seven sapte șapte sedam седам седем седум семь сім shtatë shtate sept sette siete sete sieben yedi επτά εφτά hét het siedem sedm sedem septyni septiņi seitse zeven sju syv seitsemän sedum შვიდი',
  ],
  [
    '8',
    'eight opt osam осам осем осум восемь вісім tetë tete huit otto ocho oito acht sekiz οκτώ οχτώ nyolc osiem osm osem aštuoni astoņi kaheksa åtta otte åtte kahdeksan რვა',
  ],
  [
    '9',
    'nine noua nouă devet девет девять дев`ять nëntë nente neuf nove nueve nove neun dokuz εννέα εννιά kilenc dziewięć dziewiec devět deväť devyni deviņi üheksa negen nio ni yhdeksän ცხრა',
  ],
  [
    '10',
    'ten zece deset десет десять dhjetë dhjete dix dieci diez dez zehn on δέκα tíz dziesięć deset desať dešimt desmit kümme tien tio ti kymmenen dziesiec dešimts',
  ],
  [
    '11',
    'eleven unsprezece jedanaest единадесет једанаест единаесет одиннадцать одинадцять onze undici once elf jedenaście jedenáct jedenásť enajst tizenegy njëmbëdhjetë vienuolika vienpadsmit üksteist elva elleve yksitoista onbir έντεκα jedanajst jedenadset единайсет unspe одинайсет',
  ],
  [
    '12',
    'twelve doisprezece douasprezece dvanaest дванадесет дванаест дванаесет двенадцать дванадцять douze dodici doce doze zwölf dwanaście dvanáct dvanásť dvanajst tizenkettő dymbëdhjetë dvylika divpadsmit kaksteist twaalf tolv kaksitoista oniki δώδεκα tizenketto дванайсет doispe douaspe',
  ],
  [
    '13',
    'thirteen treisprezece trinaest тринадесет тринаест тринадцать treize tredici trece dreizehn trzynaście trembëdhjetë trylika trīspadsmit kolmteist dertien tretton tretten kolmetoista onüç δεκατρία trinajst tizenhárom třináct trinásť treze тринайсет treispe',
  ],
  [
    '14',
    'fourteen paisprezece četrnaest четиринадесет четрнаест четырнадцать quatorze quattordici catorce vierzehn czternaście katërmbëdhjetë keturiolika četrpadsmit neliteist veertien fjorton fjorten neljätoista ondört δεκατέσσερα štirinajst tizennégy čtrnáct štrnásť чотирнадцять catorze четиринайсет paispe',
  ],
  [
    '15',
    'fifteen cincisprezece petnaest петнадесет петнаест пятнадцать quinze quindici quince fünfzehn piętnaście pesëmbëdhjetë penkiolika piecpadsmit viisteist vijftien femton femten viisitoista onbeş δεκαπέντε petnajst tizenöt patnáct pätnásť п`ятнадцять петнайсет cinspe',
  ],
  [
    '16',
    'sixteen saisprezece šesnaest шестнадесет шеснаест шестнадцать seize sedici dieciséis sechzehn szesnaście gjashtëmbëdhjetë šešiolika sešpadsmit kuusteist zestien sexton seksten kuusitoista onaltı δεκαέξι šestnajst tizenhat šestnáct шістнадцять dezasseis шестнайсет saispe',
  ],
  [
    '17',
    'seventeen saptesprezece sedamnaest седемнадесет седамнаест семнадцать diciassette diecisiete siebzehn siedemnaście shtatëmbëdhjetë septyniolika septiņpadsmit seitseteist zeventien sjutton sytten seitsemäntoista onyedi δεκαεπτά δεκαεφτά sedemnajst tizenhét sedmnáct sedemnásť сімнадцять dezassete седемнайсет saptespe',
  ],
  [
    '18',
    'eighteen optsprezece osamnaest осемнадесет осамнаест восемнадцать diciotto dieciocho achtzehn osiemnaście tetëmbëdhjetë aštuoniolika astoņpadsmit kaheksateist achttien arton atten kahdeksantoista onsekiz δεκαοκτώ δεκαοχτώ osemnajst tizennyolc osmnáct osemnásť вісімнадцять dezoito осемнайсет optspe',
  ],
  [
    '19',
    'nineteen nouasprezece devetnaest деветнадесет деветнаест девятнадцать diciannove diecinueve neunzehn dziewiętnaście nëntëmbëdhjetë devyniolika deviņpadsmit üheksateist negentien nitton nitten yhdeksäntoista ondokuz δεκαεννέα devetnajst tizenkilenc devatenáct devätnásť дев`ятнадцять dezanove деветнайсет nouaspe',
  ],
  [
    '20',
    'twenty douazeci dvadeset двадесет двадцать двадцять njëzet njezet vingt venti veinte vinte zwanzig yirmi είκοσι húsz dwadzieścia dvacet dvadsať dvajset dvidešimt divdesmit kakskümmend twintig tjugo tyve kaksikymmentä дваесет ოცი двайсет',
  ],
  [
    '30',
    'thirty treizeci trideset тридесет тридцать тридцять tridhjetë trente trenta treinta trinta dreißig dreissig otuz τριάντα harminc trzydzieści třicet tridsať tridhjet trisdešimt trīsdesmit kolmkümmend dertig trettio tredve tretti kolmekymmentä триесет трийсет',
  ],
  [
    '40',
    'forty patruzeci cetrdeset četrdeset четиридесет четрдесет сорок dyzet quarante quaranta cuarenta quarenta vierzig kırk σαράντα negyven czterdzieści čtyřicet štyridsať keturiasdešimt četrdesmit nelikümmend veertig fyrtio fyrre førti neljäkymmentä štirideset четириесет четирийсет',
  ],
  [
    '50',
    'fifty cincizeci pedeset петдесет педесет пятьдесят pesëdhjetë cinquante cinquanta cincuenta cinquenta fünfzig elli πενήντα ötven pięćdziesiąt padesát päťdesiat pesedhjete penkiasdešimt piecdesmit viiskümmend vijftig femtio halvtreds femti viisikymmentä petdeset п`ятдесят',
  ],
  [
    '60',
    'sixty saizeci sezdeset šezdeset шестдесет шездесет шестьдесят gjashtëdhjetë soixante sessanta sesenta sessenta sechzig altmış εξήντα hatvan sześćdziesiąt šedesát šešiasdešimt sešdesmit kuuskümmend zestig sextio seksti kuusikymmentä шістдесят шеесет šesťdesiat шейсет',
  ],
  [
    '70',
    'seventy saptezeci sedamdeset седемдесет седамдесет семьдесят shtatëdhjetë settanta setenta siebzig yetmiş εβδομήντα hetven siedemdziesiąt sedmdesát septante shtatedhjete septyniasdešimt septiņdesmit seitsekümmend zeventig sjuttio halvfjerds sytti seitsemänkymmentä sedemdeset сімдесят sedemdesiat',
  ],
  [
    '80',
    'eighty optzeci osamdeset осемдесет осамдесет восемьдесят tetëdhjetë ottanta ochenta oitenta achtzig seksen ογδόντα nyolcvan osiemdziesiąt osmdesát huitante octante tetedhjete aštuoniasdešimt astoņdesmit kaheksakümmend tachtig åttio firs åtti kahdeksankymmentä osemdeset вісімдесят osemdesiat',
  ],
  [
    '90',
    'ninety nouazeci devedeset деветдесет деведесет девяносто nëntëdhjetë novanta noventa neunzig doksan ενενήντα kilencven dziewięćdziesiąt devadesát nonante nentedhjete devyniasdešimt deviņdesmit üheksakümmend negentig nittio halvfems nitti yhdeksänkymmentä дев`яносто deväťdesiat',
  ],
  ['0', 'zera zer zeros ceros zéros zeri nule нули нулі нула'],
  ['100', 'sto hundert einhundert honderd сто cien ciento sto száz yüz εκατό'],
  [
    '200',
    'dwieście dvěstě dvesto zweihundert tweehonderd двести двісті двеста двеста dvesta dvjesto dveste doscientos duzentos duecento kétszáz ikiyüz διακόσια',
  ],
  [
    '300',
    'trzysta třista tristo dreihundert driehonderd триста trista tristo trescientos trezentos trecento háromszáz üçyüz τριακόσια',
  ],
  [
    '400',
    'czterysta čtyřista štyristo vierhundert vierhonderd четыреста чотириста четиристотин четиристо cetiristo cuatrocientos quatrocentos quattrocento négyszáz',
  ],
  [
    '500',
    'pięćset pětset päťsto fünfhundert vijfhonderd пятьсот п`ятсот петстотин петсто petsto quinientos quinhentos cinquecento ötszáz beşyüz',
  ],
  [
    '600',
    'sześćset šestset šesťsto sechshundert zeshonderd шестьсот шістсот шестстотин шестсто seststo seiscientos seiscentos seicento hatszáz altıyüz',
  ],
  [
    '700',
    'siedemset sedmset sedemsto siebenhundert zevenhonderd семьсот сімсот седемстотин седамсто sedamsto setecientos setecentos settecento hétszáz yediyüz',
  ],
  [
    '800',
    'osiemset osmset osemsto achthundert achthonderd восемьсот вісімсот осемстотин осамсто osamsto ochocientos oitocentos ottocento nyolcszáz sekizyüz',
  ],
  [
    '900',
    'dziewięćset devětset deväťsto neunhundert negenhonderd девятьсот дев`ятсот деветстотин деветсто devetsto novecientos novecentos novecento kilencszáz dokuzyüz',
  ],
  ['', 'double triple treble and und et si și i y e ve и та і dhe plus'],
]

/** Tens and units in one word: units, what joins them, tens; or tens and units. In folded letters. */
const joined: readonly (readonly [first: string, between: string, second: string])[] = [
  [
    'ein zwei drei vier funf sechs sieben acht neun',
    'und',
    'zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig',
  ],
  [
    'een twee drie vier vijf zes zeven acht negen',
    'en',
    'twintig dertig veertig vijftig zestig zeventig tachtig negentig',
  ],
  ['en to tre fire fem seks syv otte ni', 'og', 'tyve tredive fyrre halvtreds tres halvfjerds firs halvfems'],
  ['tjugo trettio fyrtio femtio sextio sjuttio attio nittio', '', 'ett tva tre fyra fem sex sju atta nio'],
  ['tjue tretti forti femti seksti sytti atti nitti', '', 'en to tre fire fem seks sju atte ni'],
  [
    'kaksikymmenta kolmekymmenta neljakymmenta viisikymmenta kuusikymmenta seitsemankymmenta kahdeksankymmenta yhdeksankymmenta',
    '',
    'yksi kaksi kolme nelja viisi kuusi seitseman kahdeksan yhdeksan',
  ],
  ['huszon harminc negyven otven hatvan hetven nyolcvan kilencven', '', 'egy ketto harom negy ot hat het nyolc kilenc'],
  ['venti trenta quaranta cinquanta sessanta settanta ottanta novanta', '', 'due tre quattro cinque sei sette nove'],
  ['vent trent quarant cinquant sessant settant ottant novant', '', 'uno otto'],
  ['veinti', '', 'un uno dos tres cuatro cinco seis siete ocho nueve'],
]

const digitsByWord: ReadonlyMap<string, string> = new Map([
  ...joined.flatMap(([first, between, second]) =>
    first.split(' ').flatMap((a) => second.split(' ').map((b) => [a + between + b, '00'] as const)),
  ),
  ...words.flatMap(([digits, names]) => foldNames(names).map((name) => [name, digits] as const)),
])

/** The digits that a lower-case folded word stands for: empty for a word that joins others, undefined for no number. */
export function digitsOfWord(lower: string): string | undefined {
  return digitsByWord.get(lower)
}

function foldNames(names: string): readonly string[] {
  return Array.from(names, foldCharacter).join('').toLowerCase().split(' ')
}
