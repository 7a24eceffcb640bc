"""The words of the tiny German-English corpus: each German word has one English translation, and no other."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Group:
    """Nouns that go with the same determiners (a, the, own, number, bare, kein) and adjectives; `age` is for people."""

    determiners: tuple[str, ...]
    adjectives: tuple[str, ...]
    mass: bool
    age: str


@dataclass(frozen=True)
class Noun:
    """Gender `m`, `f`, `n`, or `p` for nouns that have no singular; an empty plural where none is used.

    `slots` are the verbs, named by their English, that the noun can be the object of.
    """

    german: str
    gender: str
    plural: str
    english: str
    english_plural: str
    group: str
    slots: tuple[str, ...]

    @property
    def weak(self) -> bool:
        """Declined like Student, with -n or -en in all cases but the nominative."""
        return self.german in ("Student", "Nachbar", "Kollege", "Junge", "Polizist")


@dataclass(frozen=True)
class Verb:
    """`present` and `past` hold the forms for ich, du, er, wir; `english` the base, the form for he, and the past.

    `frame` is what the verb needs beside its subject, `choices` which nouns or directions that can be, `places` what
    may be added. Of the `flags`, `new` and `same` are verbs of habit, with a new object each time or with the same;
    `trait` verbs can be denied of somebody in general; `happens` verbs cannot be planned; `short` verbs are for today
    and yesterday, `instant` verbs not for tomorrow, `morning` verbs for the morning, `rare` verbs not for every day;
    `known` verbs take a thing that has been named; `adult` verbs need an adult subject; `nobody` verbs take no pronoun
    as their object.
    """

    prefix: str
    infinitive: str
    present: tuple[str, ...]
    helper: str
    participle: str
    english: tuple[str, str, str]
    frame: str = ""
    choices: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    past: tuple[str, ...] = ()  # of sein and haben, which have no perfect here


def rows(table: str) -> list[list[str]]:
    """The cells of a table, one row a line, with `|` between cells."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


# --- Adjectives: the form after `ist` | the stem before an ending | English ----------------------------------------

ADJECTIVES: dict[str, tuple[str, str]] = {
    form: (stem, english)
    for form, stem, english in rows("""
alt | alt | old
jung | jung | young
nett | nett | nice
freundlich | freundlich | friendly
klug | klug | clever
neu | neu | new
schön | schön | beautiful
groß | groß | big
klein | klein | small
teuer | teur | expensive
billig | billig | cheap
interessant | interessant | interesting
frisch | frisch | fresh
gut | gut | good
kalt | kalt | cold
warm | warm | warm
rot | rot | red
blau | blau | blue
schwarz | schwarz | black
müde | müd | tired
krank | krank | ill
glücklich | glücklich | happy
traurig | traurig | sad
hungrig | hungrig | hungry
durstig | durstig | thirsty
""")
}

# --- Nouns: German gender plural | English singular and plural | group | the verbs that take them -------------------

GROUPS: dict[str, Group] = {
    name: Group(tuple(determiners.split()), tuple(adjectives.split()), mass == "mass", age or "any")
    for name, determiners, adjectives, mass, age in rows("""
kin | own | | | adult
sibling | own | | |
friend | own own a | alt nett klug | | adult
close | own own the a | alt nett freundlich | | adult
adult | the the a number | alt jung nett freundlich klug | | adult
child | the the a number | klein nett freundlich klug | | child
animal | the own a kein | klein groß schwarz alt | |
fruit | a the number number bare kein | frisch groß klein | |
dish | a the kein | gut warm | |
staple | bare bare the kein | frisch gut billig | mass |
drink | bare bare the kein | kalt frisch | mass |
text | a the own number bare kein | neu alt interessant gut | |
album | a the own kein | neu alt schön | |
paper | a the number bare kein | neu alt interessant | |
key | the own own a kein | alt neu klein | |
thing | a the own kein | neu alt schön teuer billig rot blau schwarz groß klein | |
device | a the own kein | neu alt teuer billig klein | |
gift | a the number bare kein | schön klein groß teuer | |
flower | number bare bare the kein | schön rot blau | |
film | a the number kein | neu alt interessant schön gut | |
building | a the own kein | alt neu groß klein schön teuer | |
house | the | alt neu groß klein | |
room | the own | klein groß | |
language | | | mass |
game | | | mass |
music | bare bare the kein | gut schön | mass |
vehicle | the | | |
idea | kein | | mass |
""")
}


def _noun(forms: str, english: str, group: str, slots: str) -> Noun:
    german, gender, plural = forms.split()
    singular, counted = english.split()
    plural, counted = plural.replace("-", ""), counted.replace("-", "")
    return Noun(german, gender, plural, singular, counted, group, tuple(slots.split()))


NOUNS: dict[str, Noun] = {
    noun.german: noun
    for noun in (
        _noun(*row)
        for row in rows("""
Mutter f - | mother - | kin | person
Vater m - | father - | kin | person
Bruder m - | brother - | sibling | person
Schwester f - | sister - | sibling | person
Großmutter f - | grandmother - | kin | person
Onkel m - | uncle - | kin | person
Tante f - | aunt - | kin | person
Eltern p Eltern | parents parents | kin | person
Freund m Freunde | friend friends | friend | person
Nachbar m Nachbarn | neighbour neighbours | close | person
Kollege m Kollegen | colleague colleagues | friend | person
Lehrerin f Lehrerinnen | teacher teachers | close | person
Chefin f - | boss - | kin | person
Mann m Männer | man men | adult | person
Frau f Frauen | woman women | adult | person
Student m Studenten | student students | adult | person
Arzt m Ärzte | doctor doctors | adult | person
Polizist m Polizisten | police_officer police_officers | adult | person
Busfahrer m Busfahrer | bus_driver bus_drivers | adult | person
Junge m Jungen | boy boys | child | person
Mädchen n Mädchen | girl girls | child | person
Kind n Kinder | child children | child | person
Hund m - | dog - | animal | look_for have
Katze f Katzen | cat cats | animal | look_for have
Apfel m Äpfel | apple apples | fruit | eat buy bring
Ei n Eier | egg eggs | fruit | eat buy cook
Tomate f Tomaten | tomato tomatoes | fruit | eat buy bring
Kuchen m - | cake - | dish | eat buy bring
Apfelkuchen m - | apple_cake - | dish | eat buy bring
Suppe f - | soup - | dish | eat cook
Tomatensuppe f - | tomato_soup - | dish | eat cook
Brot n - | bread - | staple | eat buy bring
Käse m - | cheese - | staple | eat buy bring
Fisch m - | fish - | staple | eat buy cook
Fleisch n - | meat - | staple | eat buy cook
Obst n - | fruit - | staple | eat buy bring
Kaffee m - | coffee - | drink | drink buy
Tee m - | tea - | drink | drink buy
Milch f - | milk - | drink | drink buy bring
Wasser n - | water - | drink | drink buy bring
Orangensaft m - | orange_juice - | drink | drink buy bring
Buch n Bücher | book books | text | read buy sell lose find look_for forget take return give show send lend need
Brief m Briefe | letter letters | text | read read write write find send show
Nachricht f Nachrichten | message messages | paper | read write write send
Zeitung f Zeitungen | newspaper newspapers | paper | read read buy
Wörterbuch n Wörterbücher | dictionary dictionaries | device | need buy look_for lend return
Fotoalbum n - | photo_album - | album | show look_for find return
Schlüssel m - | key - | key | lose find look_for forget take give return need
Hausschlüssel m - | house_key - | key | lose find look_for forget take give need
Autoschlüssel m - | car_key - | key | lose find look_for forget take give return
Tasche f Taschen | bag bags | thing | buy lose find look_for forget take need
Schultasche f Schultaschen | school_bag school_bags | thing | buy lose find look_for forget
Regenschirm m Regenschirme | umbrella umbrellas | thing | buy lose find look_for forget take lend need have
Lampe f - | lamp - | device | buy repair turn_on turn_off need
Fahrrad n Fahrräder | bicycle bicycles | thing | buy sell repair look_for lend need have clean
Auto n Autos | car cars | thing | buy sell repair repair lock lock clean clean need have
Tisch m Tische | table tables | thing | buy sell repair clean need
Küchentisch m Küchentische | kitchen_table kitchen_tables | thing | buy sell repair clean need
Stuhl m Stühle | chair chairs | thing | buy sell repair need
Computer m - | computer - | device | buy sell repair turn_on turn_off need have
Radio n - | radio - | device | repair turn_on turn_off have
Geschenk n Geschenke | present presents | gift | buy find bring give send open
Geburtstagsgeschenk n - | birthday_present - | gift | buy bring give send open
Blume f Blumen | flower flowers | flower | buy bring give send
Bild n Bilder | picture pictures | gift | buy sell show send give
Mantel m Mäntel | coat coats | thing | buy wear look_for find need take
Wintermantel m Wintermäntel | winter_coat winter_coats | thing | buy wear look_for find need
Hut m Hüte | hat hats | thing | buy wear look_for find lose
Kleid n Kleider | dress dresses | thing | buy sell find
Sommerkleid n Sommerkleider | summer_dress summer_dresses | thing | buy sell find
Hemd n Hemden | shirt shirts | thing | buy look_for find need
Haus n Häuser | house houses | building | buy sell clean
Film m - | film - | film | see see see
Tür f - | door - | house | open close lock
Haustür f - | front_door - | house | open close lock
Fenster n - | window - | house | open close clean
Küchenfenster n - | kitchen_window - | house | open close clean
Gartentor n - | garden_gate - | house | open close lock
Küche f - | kitchen - | room | clean tidy
Zimmer n - | room - | room | clean tidy
Schlafzimmer n - | bedroom - | room | clean tidy
Wohnzimmer n - | living_room - | room | clean tidy
Deutsch n - | German - | language | learn
Englisch n - | English - | language | learn
Spanisch n - | Spanish - | language | learn
Fußball m - | football - | game | play
Tennis n - | tennis - | game | play
Musik f - | music - | music | listen_to listen_to
Zug m - | train - | vehicle | travel wait
Bus m - | bus - | vehicle | travel wait
Flugzeug n - | plane - | vehicle | travel
Lied n - | song - | film | listen_to
Geld n - | money - | idea | have have
Zeit f - | time - | idea | have have
""")
    )
}

# --- Verbs: infinitive, ich du er | helper, participle | English base, past | frame | choices | flags | places ----


def third_person(base: str) -> str:
    """`third_person("watch_television")`: watches_television."""
    first, gap, rest = base.partition("_")
    if first in ("be", "have"):
        first = {"be": "is", "have": "has"}[first]
    elif first.endswith("y") and first[-2] not in "aeou":
        first = first[:-1] + "ies"
    else:
        first += "es" if first.endswith(("ch", "sh", "s", "x", "o")) else "s"
    return first + gap + rest


def _verb(forms: str, perfect: str, english: str, frame: str, choices: str, flags: str, places: str) -> Verb:
    infinitive, *present = forms.split()
    prefix, _, infinitive = infinitive.rpartition("+")
    plural = "sind" if infinitive == "sein" else infinitive
    helper, participle = perfect.split()
    base, past = english.split()
    return Verb(
        prefix,
        infinitive,
        (*present, plural),
        helper,
        participle,
        (base, third_person(base), past),
        frame,
        tuple(choices.split()),
        tuple(flags.split()),
        tuple(places.split()),
    )


VERBS: list[Verb] = [
    _verb(*row)
    for row in rows("""
essen esse isst isst | haben gegessen | eat ate | object | eat | new short trait | garden kitchen restaurant park
trinken trinke trinkst trinkt | haben getrunken | drink drank | object | drink | new short trait | garden kitchen
kochen koche kochst kocht | haben gekocht | cook cooked | object | cook | new adult trait | kitchen home
kaufen kaufe kaufst kauft | haben gekauft | buy bought | object | buy | adult | market city
verkaufen verkaufe verkaufst verkauft | haben verkauft | sell sold | object | sell | adult | market
verlieren verliere verlierst verliert | haben verloren | lose lost | object | lose | happens known | park city
finden finde findest findet | haben gefunden | find found | object | find | happens | garden kitchen park
suchen suche suchst sucht | haben gesucht | look_for looked_for | object | look_for | happens | home
vergessen vergesse vergisst vergisst | haben vergessen | forget forgot | object | forget | happens same known |
mit+bringen bringe bringst bringt | haben mitgebracht | bring brought | object | bring | |
mit+nehmen nehme nimmst nimmt | haben mitgenommen | take took | object | take | same |
auf+machen mache machst macht | haben aufgemacht | open opened | object | open | short instant |
zu+machen mache machst macht | haben zugemacht | close closed | object | close | short instant |
ab+schließen schließe schließt schließt | haben abgeschlossen | lock locked | object | lock | same short instant known |
putzen putze putzt putzt | haben geputzt | clean cleaned | object | clean | same known |
auf+räumen räume räumst räumt | haben aufgeräumt | tidy tidied | object | tidy | same |
reparieren repariere reparierst repariert | haben repariert | repair repaired | object | repair | adult | garden
an+machen mache machst macht | haben angemacht | turn_on turned_on | object | turn_on | short instant known |
aus+machen mache machst macht | haben ausgemacht | turn_off turned_off | object | turn_off | short instant known |
lesen lese liest liest | haben gelesen | read read | object | read | new trait | garden library train
schreiben schreibe schreibst schreibt | haben geschrieben | write wrote | object | write | new | library
sehen sehe siehst sieht | haben gesehen | see saw | object | see | known |
tragen trage trägst trägt | haben getragen | wear wore | object | wear | new |
zurück+geben gebe gibst gibt | haben zurückgegeben | return returned | object | return | known |
hören höre hörst hört | haben gehört | listen_to listened_to | object | listen_to | new trait | train garden kitchen
lernen lerne lernst lernt | haben gelernt | learn learned | activity | learn | new trait | library home
spielen spiele spielst spielt | haben gespielt | play played | activity | play | new trait | park with with
geben gebe gibst gibt | haben gegeben | give gave | give | give | |
zeigen zeige zeigst zeigt | haben gezeigt | show showed | give | show | |
schicken schicke schickst schickt | haben geschickt | send sent | give | send | |
leihen leihe leihst leiht | haben geliehen | lend lent | give | lend | |
an+rufen rufe rufst ruft | haben angerufen | call called | person | person | same | clock
besuchen besuche besuchst besucht | haben besucht | visit visited | person | person | same trait |
treffen treffe triffst trifft | haben getroffen | meet met | person | person | same | park city restaurant station
ein+laden lade lädst lädt | haben eingeladen | invite invited | person | person | |
ab+holen hole holst holt | haben abgeholt | pick_up picked_up | person | person | nobody same adult | station clock
fragen frage fragst fragt | haben gefragt | ask asked | person | person | |
helfen helfe hilfst hilft | haben geholfen | help helped | dative | person | same trait | garden kitchen
danken danke dankst dankt | haben gedankt | thank thanked | dative | person | |
antworten antworte antwortest antwortet | haben geantwortet | answer answered | dative | person | |
warten warte wartest wartet | haben gewartet | wait waited | for | person wait | same | station
sprechen spreche sprichst spricht | haben gesprochen | speak spoke | with | person | same | garden station
gehen gehe gehst geht | sein gegangen | go went | go | cinema park city doctor work school party home | new | with
fahren fahre fährst fährt | sein gefahren | drive drove | go | city sea airport work berlin | new adult | with
reisen reise reist reist | sein gereist | travel travelled | go | berlin spain italy japan | adult | with
fliegen fliege fliegst fliegt | sein geflogen | fly flew | go | berlin spain italy japan | new adult trait rare | with
rennen renne rennst rennt | sein gerannt | run ran | go | home station park garden | |
kommen komme kommst kommt | sein gekommen | come came | go | home party | new | clock
schlafen schlafe schläfst schläft | haben geschlafen | sleep slept | | | new trait | garden train
arbeiten arbeite arbeitest arbeitet | haben gearbeitet | work worked | | | new adult trait | garden office hospital
tanzen tanze tanzt tanzt | haben getanzt | dance danced | | | new trait | with garden
schwimmen schwimme schwimmst schwimmt | sein geschwommen | swim swam | | | new trait | with sea_at
singen singe singst singt | haben gesungen | sing sang | | | new trait | with garden
auf+stehen stehe stehst steht | sein aufgestanden | get_up got_up | | | new morning | clock
ein+schlafen schlafe schläfst schläft | sein eingeschlafen | fall_asleep fell_asleep | | | happens short | train
auf+wachen wache wachst wacht | sein aufgewacht | wake_up woke_up | | | morning | clock
fern+sehen sehe siehst sieht | haben ferngesehen | watch_television watched_television | | | new short | home with
ein+kaufen kaufe kaufst kauft | haben eingekauft | go_shopping went_shopping | | | new adult | market city with
frühstücken frühstücke frühstückst frühstückt | haben gefrühstückt | have_breakfast had_breakfast | | | new morning |
""")
]

_OTHERS = [
    _verb(*row)
    for row in rows("""
sein bin bist ist | sein gewesen | be was | | | |
haben habe hast hat | haben gehabt | have had | object | have | |
brauchen brauche brauchst braucht | haben gebraucht | need needed | object | need | |
kennen kenne kennst kennt | haben gekannt | know knew | person | person | |
kosten koste kostest kostet | haben gekostet | cost cost | | | |
gehören gehöre gehörst gehört | haben gehört | belong_to belonged_to | | | |
wissen weiß weißt weiß | haben gewusst | know knew | | | |
glauben glaube glaubst glaubt | haben geglaubt | think thought | | | |
hoffen hoffe hoffst hofft | haben gehofft | hope hoped | | | |
sagen sage sagst sagt | haben gesagt | say said | | | |
ab+fahren fahre fährst fährt | sein abgefahren | leave left | | | |
an+kommen komme kommst kommt | sein angekommen | arrive arrived | | | |
an+fangen fange fängst fängt | haben angefangen | begin began | | | |
regnen regne regnest regnet | haben geregnet | rain rained | | | |
schneien schneie schneist schneit | haben geschneit | snow snowed | | | |
bleiben bleibe bleibst bleibt | sein geblieben | stay stayed | | | |
""")
]
OTHERS: dict[str, Verb] = {verb.prefix + verb.infinitive: verb for verb in _OTHERS}
OTHERS["sein"] = replace(OTHERS["sein"], past=("war", "warst", "war", "waren"))
OTHERS["haben"] = replace(OTHERS["haben"], past=("hatte", "hattest", "hatte", "hatten"))

# --- Times, places and directions, as `fixed` of the grammar reads them ---------------------------------------------

NUMBERS = {"zwei": "two", "drei": "three", "vier": "four", "fünf": "five", "sechs": "six"}
HOURS = {"sechs": "six", "sieben": "seven", "acht": "eight", "neun": "nine", "zehn": "ten"}
AGES = {**HOURS, "elf": "eleven", "zwölf": "twelve"}
PRICES = ("20", "50", "100")

DAYS = ("am=on | Montag=Monday", "am=on | Freitag=Friday", "am=on | Samstag=Saturday", "am=on | Sonntag=Sunday")
PAST_TIMES = (
    "gestern=yesterday",
    "gestern=yesterday",
    "letzte=last | Woche=week",
    "gestern=yesterday | Abend=evening",
    "heute=this | Morgen=morning",
    "heute=today",
    *DAYS,
)
FUTURE_TIMES = (
    "morgen=tomorrow",
    "morgen=tomorrow",
    "nächste=next | Woche=week",
    "heute Abend=tonight",
    "heute=today",
    *DAYS,
)
HABIT_TIMES = (
    "jeden=every | Tag=day",
    "jeden=every | Morgen=morning",
    "jeden=every | Abend=evening",
    "jeden=every | Sonntag=Sunday",
    "am=in the | Abend=evening",
    "am=at the | Wochenende=weekend",
)
OFTEN = ("oft=often", "oft=often", "immer=always", "manchmal=sometimes", "selten=rarely", "nie=never")

PLACES = {
    "garden": "im=in the | Garten=garden",
    "kitchen": "in=in | der=the | Küche=kitchen",
    "living room": "im=in the | Wohnzimmer=living room",
    "park": "im=in the | Park=park",
    "city": "in=in | der=the | Stadt=city",
    "office": "im=in the | Büro=office",
    "library": "in=in | der=the | Bibliothek=library",
    "market": "auf=at | dem=the | Markt=market",
    "restaurant": "im=in the | Restaurant=restaurant",
    "station": "am=at the | Bahnhof=station",
    "train": "im=on the | Zug=train",
    "hospital": "im=in the | Krankenhaus=hospital",
    "home": "zu=at | Hause=home",
    "sea_at": "im=in the | Meer=sea",
}
DIRECTIONS = {
    "cinema": "ins=to the | Kino=cinema",
    "park": "in=to | den=the | Park=park",
    "garden": "in=into | den=the | Garten=garden",
    "city": "in=into | die=the | Stadt=city",
    "doctor": "zum=to the | Arzt=doctor",
    "work": "zur=to | Arbeit=work",
    "school": "zur=to | Schule=school",
    "station": "zum=to the | Bahnhof=station",
    "airport": "zum=to the | Flughafen=airport",
    "party": "zur=to the | Party=party",
    "home": "nach Hause=home",
    "library": "in=to | die=the | Bibliothek=library",
    "sea": "ans=to the | Meer=sea",
    "berlin": "nach=to | Berlin=Berlin",
    "spain": "nach=to | Spanien=Spain",
    "italy": "nach=to | Italien=Italy",
    "japan": "nach=to | Japan=Japan",
}
