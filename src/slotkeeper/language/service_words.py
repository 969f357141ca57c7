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
    none by themselves; ``kinds`` add nothing to a name ("Olaplex Behandlung").
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
        bare = bare[2:]
    for ending in _ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= SHORTEST_STEM:
            bare = bare.removesuffix(ending)
            break
    return _IRREGULAR.get(bare, bare)


def _words(text: str, lexicon: Lexicon) -> Iterator[Word]:
    choice = False
    for clause, part in enumerate(re.split(r"[.,;:!?\n]+", text[:MAX_CHARS])):
        for written in latin(part).split():
            folded = squeeze(written)
            if folded in lexicon.choices:
                choice = True
            elif folded not in lexicon.glue:
                yield _word(written, folded, lexicon, (clause, choice))
                choice = False


def _word(written: str, folded: str, lexicon: Lexicon, place: tuple[int, bool]) -> Word:
    return Word(
        text=written,
        stems=stems_of(folded, lexicon),
        everyday=folded in lexicon.everyday or _NUMBER.search(folded) is not None,
        vague=folded in lexicon.vague,
        related=folded in lexicon.relations,
        clause=place[0],
        after_choice=place[1],
    )


_ENDINGS = ("ungen", "ung", "ings", "ing", "ern", "ed", "en", "er", "es", "em", "e", "n", "s", "t")
_IRREGULAR = {"schneid": "schnitt"}
_NUMBER = re.compile(r"^\d+$|(?:zehn|zig|dreissig|hundert|tausend)(?:s?te[nrms]?)?$")


def _folded(words: str) -> frozenset[str]:
    return frozenset(squeeze(latin(word)) for word in words.split())


def _of(**audiences: str) -> dict[str, str]:
    return {
        folded: f"@{audience}" for audience, words in audiences.items() for folded in _folded(words)
    }


# Between the words of a service these change nothing: "Haarschnitt für die Dame".
_GLUE_DE = """
a am an ans auf aus aeh ähm öh ehm hm bei beim bitte da dann das dem den denn der des die dies diese
diesen dieser doch du ein eine einem einen einer eines einmal er es etwa für fürn fürs gern gerne
halt hmm ich ihr ihre ihrem ihren im in ins ja jetzt mal mein meine meinem meinen meiner mich mir
mit n na ne nem nen nochmal nur oh plus schon sein seine seinem seinen sich sie so sogar und uns
unser unsere unseren unserem vom von wir wo zu zum zur zwar okay ok eben auch also
"""
_EVERYDAY_DE = """
abend abends aber acht achte achten alle allem allen aller alles als alter ändern andere anderen
anderer anderes anfang anfragen anruf anrufe anrufen april arbeit arzt auf aufhören august ausmachen
bald bekommen bestätige bestätigen besten bezahlen bin bis bitten brauche brauchen buche buchen
buchung da dabei dafür dagegen danke dankeschön dass datum davon dazu dein deine dezember dienstag
dienstags dieses donnerstag donnerstags dort drei dritte dritten du durch durchschnitt dürfen
ebenfalls eher eigentlich eilig eins elf elfte elften ende endlich ersten erste erster erstmal etwas
euch euer fahren falls fast februar fehler feiertag fertig finde finden frag frage fragen frau
fräulein frei freie freien freitag freitags freut früh früher frühestens fünf fünfte fünften ganz
gar garantiert geben gegen gehe gehen gehts geht genau genommen gerade geschafft gestern gibt glaube
gleich gleiche gleichen grüß grüße gut gute guten guter habe haben hallo halb hast hat hatte hätte
hätten hause heiß heiße heißen heiligabend herrn heute heutige hier hierher hilfe himmel höre hören
ihm ihn ihnen immer irgend irgendein irgendeinen irgendwann irgendwas irgendwelche irgendwie
irgendwo ist januar je jeder jede jedem jeden jetzt juli juni kalender kann kannst kein kenne klappt
klar kleinen komme kommen kommende kommenden kommt können könnte könnten kosten kostet kurz kürzer
lang lange länger langsam lassen laut leid leider letzte letzten letztes lieber mache machen machst
macht mag mai man manche märz mehr melden mensch mich minute minuten mittag mittags mitte mittwoch
mittwochs möchte möchten möglich möglichst moin moment monat monate monats montag montags morgen
morgens mund muss müssen nach nachher nächste nachmittag nachmittags nächsten nächster nächstes nacht
name namen natürlich nehme nehmen nein neben nein neun neunte neunten nicht nichts nie niemand noch
normal normale november nummer ob oben oktober öffnungszeiten ostern paar passt passen perfekt
pfingsten prima privat pünktlich recht richtig ruhig rufe rufen rückruf sage sagen samstag samstags
samt schade schauen schau schlecht schnell schönen schöne schönes sechs sechste sechsten sehen sehr
sein seit selben selbst september servus sicher sieben siebte siebten sind sofort soll sollte sollen
sonnabend sonntag sonntags sondern sonst soweit später spätestens sprechen spricht stelle stimmt
storniere stornieren stornierung stunde stunden suche super tag tage tagen tages telefon telefonnummer
termin termine terminen termins teuer toll treffen trotzdem tschüss tun übermorgen überhaupt übliche
übrigens uhr uhrzeit um umbuchen ungefähr unten unter verabreden vereinbaren verlegen vergessen
verschieben verschiebung verstanden verstehe versuchen viel viele vielen vielleicht vier vierte
vierten viertel viertelstunde voll von vor vorbei vorbeikommen vorher vormittag vormittags vorne
wann war wäre waren warten warte warum was weg wegen weihnachten weil weiß weiter weitere welche
welchen welcher welches wen wenig weniger wenn wer werde werden wem wie wieder wiederhören
wiedersehen will willst wird wirklich wissen woche wochen wochenende wochenenden wohl wohnung wollen
wollte wollten worum wunderbar wünsche würde würden zehn zehnte zehnten zeit zeiten zurück zusammen
zusätzlich zwei zwischen zweite zweiten zwo zwölf zwölfte zwölften absagen abgesagt gebucht lösung
kunde kundin kunden kundenservice geschäft laden filiale kollege kollegin mitarbeiter mitarbeiterin
chef chefin jemand jemanden egal anfangen abschnitt ausschnitt querschnitt einsatz absatz umsatz
ordnung bedienung öffnung meinung rechnung zahlung bezahlung wirkung übliches euro geld preis preise
kundennummer fragezeichen parkplatz adresse straße weltweit dauert dauern dauer hinten gewesen wurde
anstellung einstellung herstellung vorstellung bestellung stellung wellenlänge jahr jahre jahren
jahresende ferien urlaub krank gesund besser gutschein karte kartenzahlung bar
"""
_VAGUE_DE = """
haar haare haaren komplett komplette kompletter kompletten komplettes intensiv intensive rundum
herr art sache sonstige sonstiges allgemein klein große groß großes kleine neu neue neues alt
"""
_KINDS_DE = "service paket behandlung behandlungen programm angebot leistung leistungen"
_GLUE_EN = """
a an and at er erm for from get have having i id im in is it just like me my need of on oh our please
plus s some that the their then this to uh um want we with would you your her his so okay ok
"""
_EVERYDAY_EN = """
about after afternoon again all also am any anyone anything anytime appointment appointments april
are ask august available be because been before best better book booked booking both bye call
called calling can cancel cancelled change check come coming confirm could date day days december
did different do does done dont early eight eighth eighteen eighteenth either eleven eleventh else
end evening ever every everything exactly fast february few fifteen fifteenth fifth find fine first
five forty four fourteen fourteenth fourth free friday fridays from go going good got great had half
happy has hello help here hi him holiday hour hours how i if ill ive january july june know last
late later latest let lets lot lovely made make march may maybe meet minute minutes moment monday
mondays month months more morning much must name near never new next nice nine nineteen nineteenth
ninth no noon nope not november now number o october off one open opening or other out over past
pay perfect person phone possible price quarter quick quite rather really rebook reschedule right
same saturday saturdays say second see september seven seventeen seventeenth seventh she he should
six sixteen sixteenth sixth sorry soon sooner speak speaking still sunday sundays sure take tell ten
tenth thank thanks them there these they thing things think third thirteen thirteenth thirty those
three through thursday thursdays till time times today together tomorrow too tonight try tuesday
tuesdays twelfth twelve twenty two understand until up us usual very wait was wednesday wednesdays
week weekend weeks well were what whats when where which who whom why will wish work works wonderful
yeah year yes yesterday yet staff someone somebody anybody whoever doctor mister mrs miss ms mr sir
cost costs long hold o'clock oclock manage keep looking
"""
_VAGUE_EN = """
hair complete full small large big short deluxe express basic premium teeth tooth skin other
"""
_KINDS_EN = "service services package treatment treatments session sessions"

LEXICONS: dict[Locale, Lexicon] = {
    "de": Lexicon(
        glue=_folded(_GLUE_DE),
        everyday=_folded(_EVERYDAY_DE),
        vague=_folded(_VAGUE_DE + _KINDS_DE),
        kinds=_folded(_KINDS_DE),
        negations=_folded("nicht kein keine keinen keiner keinem statt anstatt weder ohne"),
        choices=_folded("oder beziehungsweise bzw"),
        audiences=_of(men="herren männer mann", women="damen frauen dame", children="kinder kind"),
        relations=_of(
            men="vater papa opa freund herr gatte",
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
        vague=_folded(_VAGUE_EN + _KINDS_EN),
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
