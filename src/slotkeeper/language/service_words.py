"""The words of a wish for a service: which tell something, which are everyday, whom it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from slotkeeper.language.numbers import Locale
from slotkeeper.language.phonetics import latin

# A wish is a sentence or two. More is a monologue, of which a part would be taken for the whole.
MAX_CHARS = 400
MAX_WORDS = 60
# Shorter stems stand for too many words: "Welle" is not "well".
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language brings along, whatever the company offers. All words are folded.

    ``glue`` is left out wherever it stands; ``everyday`` words name no service, and ``vague`` ones
    none by themselves (these are stems); ``kinds`` add nothing to a name ("Olaplex Behandlung").
    """

    glue: frozenset[str]
    everyday: frozenset[str]
    vague: frozenset[str]
    kinds: frozenset[str]
    negations: frozenset[str]
    choices: frozenset[str]
    audiences: dict[str, str]
    relations: dict[str, str]
    prefixes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Word:
    """A word that tells something. ``stems`` are what it is made of; an audience is ``@men``."""

    text: str
    stems: frozenset[str]
    everyday: bool
    vague: bool
    related: bool
    clause: int
    after_choice: bool


def fold(text: str) -> str:
    """Write in one way what is written in several: Föhnen, foehnen and FOHNEN are one word."""
    return squeeze(latin(text).replace(" ", ""))


def squeeze(word: str) -> str:
    """Take the e from ae, oe and ue: an umlaut is also lost on the way, not only spelt out."""
    return re.sub("([aou])e", r"\1", word)


def words_of(text: str, lexicon: Lexicon) -> list[Word]:
    """List what is said without the glue; at most MAX_WORDS."""
    return list(_words(text, lexicon))[:MAX_WORDS]


def stems_of(folded: str, lexicon: Lexicon) -> frozenset[str]:
    """Take a word apart: ``herrenhaarschnitt`` is for men, and a ``haarschnitt``."""
    audience = lexicon.audiences.get(folded) or lexicon.relations.get(folded)
    if audience:
        return frozenset((audience,))
    for prefix, whose in lexicon.prefixes:
        rest = folded.removeprefix(prefix)
        if rest != folded and len(rest) >= SHORTEST_STEM:
            return frozenset((whose, stem(rest)))
    return frozenset((stem(folded),))


def stem(folded: str) -> str:
    """Take away what inflects: gefärbt, färben and Färbung are one."""
    bare = folded
    if len(bare) > 6 and bare.startswith("ge") and bare.endswith(("t", "en")):
        bare = bare[2:].removesuffix("t")
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= SHORTEST_STEM:
            bare = bare.removesuffix(ending)
            break
    return _IRREGULAR.get(bare, bare)


def is_audience(stem: str) -> bool:
    """Whether a stem tells whom it is for."""
    return stem.startswith("@")


def _words(text: str, lexicon: Lexicon) -> Iterator[Word]:
    choice = False
    for clause, part in enumerate(re.split(r"[.,;:!?\n]+", text[:MAX_CHARS])):
        for spelt in latin(part).split():
            written = _without_appointment(spelt)
            folded = squeeze(written)
            if folded in lexicon.choices:
                choice = True
            elif folded not in lexicon.glue:
                yield _word(written, folded, lexicon, (clause, choice))
                choice = False


def _without_appointment(written: str) -> str:
    """Say what for: a Kontrolltermin is a Kontrolle."""
    purpose = written.removesuffix("termin")
    return purpose if len(purpose) >= SHORTEST_STEM else written


def _is_everyday(folded: str, lexicon: Lexicon) -> bool:
    known = folded in lexicon.everyday or folded in lexicon.negations
    return known or _NUMBER.search(folded) is not None


def _word(written: str, folded: str, lexicon: Lexicon, place: tuple[int, bool]) -> Word:
    return Word(
        text=written,
        stems=stems_of(folded, lexicon),
        everyday=_is_everyday(folded, lexicon),
        vague=stem(folded) in lexicon.vague,
        related=folded in lexicon.relations,
        clause=place[0],
        after_choice=place[1],
    )


_ENDINGS = ("ungen", "ung", "ings", "ing", "ern", "ed", "en", "er", "es", "em", "e", "n", "s")
_IRREGULAR = {"schneid": "schnitt"}
_NUMBER = re.compile(r"^\d+$|(?:zehn|zig|dreissig|hundert|tausend)(?:s?te[nrms]?)?$")


def _folded(words: str) -> frozenset[str]:
    return frozenset(squeeze(latin(word)) for word in words.split())


def _stems(words: str) -> frozenset[str]:
    return frozenset(map(stem, _folded(words)))


def _of(**audiences: str) -> dict[str, str]:
    return {
        folded: f"@{audience}" for audience, words in audiences.items() for folded in _folded(words)
    }


# Between the words of a service these change nothing: "Haarschnitt für die Dame".
_GLUE_DE = """
a aeh also am an ans auch auf aus bei beim bitte da dann das dem den denn der des die dies diese
diesen dieser doch du eben ehm ein eine einem einen einer eines einmal er es etwa für fürn fürs gern
gerne halt hm hmm ich ihr ihre ihrem ihren im in ins ja jetzt mal mein meine meinem meinen meiner
mich mir mit n na ne nem nen nochmal nur oh ok okay plus schon sein seine seinem seinen sich sie so
sogar und uns unser unsere unserem unseren vom von wir wo zu zum zur zwar ähm öh
"""
_EVERYDAY_DE = """
abend abends aber abgesagt absagen absatz abschnitt acht achte achten adresse alle allem allen aller
alles als alter andere anderen anderer anderes anfang anfangen anfragen anruf anrufe anrufen
anstellung april arbeit arzt auf aufhören aufmachen august ausmachen ausschnitt bald bar bedienung
beide beiden bekommen besser bestellung besten bestätige bestätigen bezahlen bezahlung bin bis
bisschen bitten bleiben brauche brauchen buche buchen buchung chef chefin da dabei dafür dagegen
danke dankeschön dass datum dauer dauern dauert davon dazu dein deine denken dezember dienstag
dienstags dieses donnerstag donnerstags dort drei dritte dritten du durch durchschnitt dürfen
ebenfalls egal eher eigentlich eilig einig einige einigen einiger einiges eins einsatz einstellung
elf elfte elften ende endlich erste ersten erster erstmal etwas euch euer euro fahren falls fast
februar fehler feierabend feiertag ferien fertig filiale finde finden frag frage fragen fragezeichen
frau frei freie freien freitag freitags freut fräulein früh früher frühestens fünf fünfte fünften
ganz ganze ganzen gar garantiert geben gebucht gegen gehe gehen geht gehts geld genau genommen
gerade geschafft geschlossen geschäft gestern gesucht gesund gewesen geöffnet gibt glaube gleich
gleiche gleichen grüß grüße gut gute guten guter gutschein habe haben halb hallo hast hat hatte
hause heiligabend heiß heiße heißen helfen herstellung heute heutige hier hierher hilfe himmel
hinten hätte hätten höre hören ihm ihn ihnen immer internet irgend irgendein irgendeinen irgendwann
irgendwas irgendwelche irgendwie irgendwo ist jahr jahre jahren jahresende januar je jede jedem
jeden jeder jemand jemanden jetzt juli juni kalender kann kannst karte kartenzahlung kein keine
keinen keiner kenne klappt klar kleinen kollege kollegin komme kommen kommende kommenden kommt
kosten kostet krank kunde kunden kundennummer kundenservice kundin kurz können könnte könnten kürzer
laden lang lange langsam lassen laut leid leider letzte letzten letztes leute lieber länger lösung
mache machen machst macht mag mai man manche mehr meinung melden mensch menschen mich minute minuten
mitarbeiter mitarbeiterin mittag mittags mittagspause mitte mittwoch mittwochs moin moment monat
monate monats montag montags morgen morgens mund muss märz möchte möchten möglich möglichst müssen
nach nachher nachmittag nachmittags nacht name namen natürlich neben nehme nehmen nein neun neunte
neunten nicht nichts nie niemand noch normal normale november nummer nächste nächsten nächster
nächstes ob oben offen oktober ordnung ostern paar parkplatz passen passt perfekt person personen
pfingsten preis preise prima privat pünktlich querschnitt rechnung recht richtig rufe rufen ruhig
rückruf sage sagen samstag samstags samt schade schau schauen schlecht schließen schnell schöne
schönen schönes sechs sechste sechsten sehen sehr sein seit selben selbst september servus sicher
sieben siebte siebten sind sofort soll sollen sollte sondern sonnabend sonntag sonntags sonst soweit
sprechen spricht später spätestens stehen stelle stellen stellung stimmt storniere stornieren
stornierung straße stunde stunden suche suchen super tag tage tagen tages telefon telefonnummer
termin termine terminen termins teuer toll treffen trotzdem tschüss tun uhr uhrzeit um umbuchen
umsatz ungefähr unten unter urlaub verabreden vereinbaren vergessen verlegen verschieben
verschiebung verstanden verstehe versuchen viel viele vielen vielleicht vier vierte viertel
viertelstunde vierten voll von vor vorbei vorbeikommen vorher vormittag vormittags vorne vorstellung
wann war waren warte warten warum was weg wegen weihnachten weil weiter weitere weiß welche welchen
welcher welches wellenlänge weltweit wem wen wenig weniger wenn wer werde werden wie wieder
wiederhören wiedersehen will willst wird wirklich wirkung wissen woche wochen wochenende wochenenden
wohl wohnung wollen wollte wollten worum wunderbar wurde wäre wünsche würde würden zahlung zehn
zehnte zehnten zeit zeiten zumachen zurück zusammen zusätzlich zwei zweite zweiten zwischen zwo
zwölf zwölfte zwölften ändern öffnen öffnung öffnungszeiten überhaupt übermorgen übliche übliches
übrigens
"""
_VAGUE_DE = """
allgemein alt art groß haar herr intensiv klein komplett neu rundum sache sonstiges
"""
_KINDS_DE = " service treatment paket behandlung behandlungen programm angebot leistung leistungen"
_GLUE_EN = """
a an and at er erm for from get have having her his i id im in is it just like me my need of oh ok
okay on our please plus s so some that the their then this to uh um want we with would you your
"""
_EVERYDAY_EN = """
about after afternoon again all also am any anybody anyone anything anytime appointment appointments
april are ask august available be because been before best better book booked booking both boxing
bye call called calling can cancel cancelled change check christmas close closed closes closing come
coming confirm cost costs could couple date day days december did different do doctor does done dont
early easter eight eighteen eighteenth eighth either eleven eleventh else end eve evening ever every
everything exactly fast february few fifteen fifteenth fifth find fine first five forty four
fourteen fourteenth fourth free friday fridays from go going good got great had half happy has he
hello help here hi him hold holiday hour hours how i if ill ive january july june keep know last
late later latest let lets long looking lot lovely made make manage march may maybe meet minute
minutes miss mister moment monday mondays month months more morning mr mrs ms much must name near
never new next nice nine nineteen nineteenth ninth no noon nope not november now number o o'clock
oclock october off one open opened opening opens or other out over past pay people perfect person
phone possible price quarter quick quite rather really rebook reschedule right same saturday
saturdays say second see september seven seventeen seventeenth seventh she should sir six sixteen
sixteenth sixth somebody someone soon sooner sorry speak speaking staff still sunday sundays sure
take tell ten tenth thank thanks them there these they thing things think third thirteen thirteenth
thirty those three through thursday thursdays till time times today together tomorrow tonight too
try tuesday tuesdays twelfth twelve twenty two understand until up us usual very wait was wednesday
wednesdays week weekend weeks well were what whats when where which who whoever whom why will wish
wonderful work works yeah year yes yesterday yet
"""
_VAGUE_EN = """
basic big complete deluxe express full hair large other premium short skin small teeth tooth
"""
_KINDS_EN = " service services package treatment treatments session sessions"

LEXICONS: dict[Locale, Lexicon] = {
    "de": Lexicon(
        glue=_folded(_GLUE_DE),
        everyday=_folded(_EVERYDAY_DE),
        vague=_stems(_VAGUE_DE + _KINDS_DE),
        kinds=_folded(_KINDS_DE),
        negations=_folded("nicht kein keine keinen keiner keinem statt anstatt weder ohne"),
        choices=_folded("oder beziehungsweise bzw"),
        audiences=_of(men="herren männer mann", women="damen frauen dame", children="kinder kind"),
        relations=_of(
            men="vater papa opa freund herr herrn gatte",
            women="frau mutter mama oma freundin mädel",
            children="sohn tochter junge jungen jungs mädchen enkel enkelin kleinen baby",
        ),
        prefixes=(
            *((prefix, "@men") for prefix in ("herren", "manner")),
            *((prefix, "@women") for prefix in ("damen", "fraun")),
            ("kinder", "@children"),
        ),
    ),
    "en": Lexicon(
        glue=_folded(_GLUE_EN),
        everyday=_folded(_EVERYDAY_EN),
        vague=_stems(_VAGUE_EN + _KINDS_EN),
        kinds=_folded(_KINDS_EN),
        negations=_folded("not no without instead"),
        choices=_folded("or"),
        audiences=_of(
            men="men mens man mans gentlemen gentlemens gents male males",
            women="women womens woman womans ladies lady female",
            children="kids kid child childs children childrens",
        ),
        relations=_of(
            men="husband dad father grandpa boyfriend",
            women="wife mum mom mother grandma girlfriend",
            children="son daughter boy boys girl girls toddler baby",
        ),
        prefixes=(),
    ),
}
