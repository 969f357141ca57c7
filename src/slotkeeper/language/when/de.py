"""The German words for days and times."""

from __future__ import annotations

from slotkeeper.language.vocabulary.de import LANGUAGE as VOCABULARY
from slotkeeper.language.when.feasts import Feast
from slotkeeper.language.when.lexicon import Entries, Idioms, Tag, build, numbered

_WEEKDAYS = numbered(
    VOCABULARY.weekdays,
    "montags|mo",
    "dienstags|di",
    "mittwochs|mi",
    "donnerstags|do",
    "freitags|fr",
    "samstags|sonnabend|sonnabends|sa",
    "sonntags",
)
_MONTHS = numbered(VOCABULARY.months) | {"jänner|jenner": 1, "feber": 2, "juno": 6, "julei": 7}
_PARTS = {
    "morgen|früh|morgens": 0,
    "vormittag|vormittags": 1,
    "mittag|mittags|mittagszeit|mittagspause": 2,
    "nachmittag|nachmittags|nachmittage": 3,
    "abend|abends": 4,
    "nacht|nachts": 5,
}
_FEASTS = {
    "neujahr|neujahrstag|neujahrstage": Feast.NEW_YEAR,
    "heilige drei könige|heiligen drei könige|dreikönigstag": Feast.EPIPHANY,
    "valentinstag": Feast.VALENTINE,
    "frauentag": Feast.WOMENS_DAY,
    "tag der arbeit|erster mai|ersten mai|maifeiertag": Feast.LABOUR_DAY,
    "mariä himmelfahrt": Feast.ASSUMPTION,
    "tag der deutschen einheit": Feast.UNITY,
    "reformationstag|halloween": Feast.REFORMATION,
    "allerheiligen": Feast.ALL_SAINTS,
    "nikolaus|nikolaustag": Feast.SAINT_NICHOLAS,
    "heiligabend|heilig abend|heiliger abend|heiligen abend": Feast.CHRISTMAS_EVE,
    "erster weihnachtstag|ersten weihnachtstag|erster weihnachtsfeiertag"
    "|ersten weihnachtsfeiertag|1. weihnachtstag|1. weihnachtsfeiertag": Feast.CHRISTMAS_DAY,
    "zweiter weihnachtstag|zweiten weihnachtstag|zweiter weihnachtsfeiertag"
    "|zweiten weihnachtsfeiertag|2. weihnachtstag|2. weihnachtsfeiertag"
    "|stefanitag": Feast.BOXING_DAY,
    "berchtoldstag": Feast.BERCHTOLD,
    "bundesfeier|bundesfeiertag": Feast.SWISS_DAY,
    "weltkindertag": Feast.CHILDRENS_DAY,
    "nationalfeiertag": Feast.AUSTRIAN_DAY,
    "mariä empfängnis": Feast.CONCEPTION,
    "silvester|sylvester": Feast.NEW_YEARS_EVE,
    "rosenmontag": Feast.ROSE_MONDAY,
    "faschingsdienstag|fastnacht": Feast.SHROVE_TUESDAY,
    "aschermittwoch": Feast.ASH_WEDNESDAY,
    "gründonnerstag": Feast.MAUNDY_THURSDAY,
    "karfreitag": Feast.GOOD_FRIDAY,
    "karsamstag|ostersamstag": Feast.HOLY_SATURDAY,
    "ostersonntag": Feast.EASTER_SUNDAY,
    "ostermontag": Feast.EASTER_MONDAY,
    "christi himmelfahrt|himmelfahrt|vatertag": Feast.ASCENSION,
    "pfingstsonntag": Feast.WHIT_SUNDAY,
    "pfingstmontag": Feast.WHIT_MONDAY,
    "fronleichnam": Feast.CORPUS_CHRISTI,
    "muttertag": Feast.MOTHERS_DAY,
    "buß und bettag|bußtag|buß bettag": Feast.REPENTANCE,
    "erster advent|ersten advent|1. advent": Feast.ADVENT_1,
    "zweiter advent|zweiten advent|2. advent": Feast.ADVENT_2,
    "dritter advent|dritten advent|3. advent": Feast.ADVENT_3,
    "vierter advent|vierten advent|4. advent": Feast.ADVENT_4,
    "weihnachten|weihnachtstag|weihnachtsfeiertag|weihnachtsfeiertage|weihnachtstage"
    "|weihnachtstagen|weihnachtsfeiertagen": Feast.CHRISTMAS,
    "ostern|osterfeiertage|osterfeiertagen": Feast.EASTER,
    "pfingsten|pfingstfeiertage|pfingstfeiertagen": Feast.WHITSUN,
}

_DAYS: dict[Tag, Entries] = {
    Tag.RELATIVE: {
        "heute|heut": 0,
        "morgen|morgigen|morgige": 1,
        "übermorgen|übermorgigen": 2,
        "überübermorgen": 3,
        "gestern|gestrigen": -1,
        "vorgestern": -2,
    },
    Tag.WEEKDAY: _WEEKDAYS,
    Tag.MONTH: _MONTHS,
    Tag.MONTH_SHORT: {
        "jan": 1,
        "feb": 2,
        "mrz|mär": 3,
        "apr": 4,
        "jun": 6,
        "jul": 7,
        "aug": 8,
        "sep|sept": 9,
        "okt": 10,
        "nov": 11,
        "dez": 12,
    },
    Tag.FEAST: _FEASTS,
    Tag.NEXT: {
        "nächste|nächsten|nächster|nächstes|nächstem": 1,
        "kommende|kommenden|kommender|kommendes|kommendem|folgende|folgenden": 2,
    },
    Tag.THIS: "diese|diesen|dieser|dieses|diesem|dies|laufende|laufenden|laufender",
    Tag.OVERNEXT: "übernächste|übernächsten|übernächster|übernächstes",
    Tag.LAST: "letzte|letzten|letzter|letztes|vergangene|vergangenen|vergangener|vorige|vorigen"
    "|voriger",
    Tag.SAME: "gleiche|gleichen|gleicher|gleichem|selbe|selben|selber|derselbe|denselben"
    "|demselben|dieselbe|derselben|dasselbe",
    Tag.DAY: "tag|tage|tagen|tages",
    Tag.WEEK: {"woche|wochen": 1},
    Tag.MONTH_UNIT: "monat|monate|monaten|monats",
    Tag.YEAR: "jahr|jahre|jahren|jahres",
    Tag.WEEKEND: "wochenende|wochenendes|wochenenden",
    Tag.CALENDAR_WEEK: "kw|kalenderwoche|kalenderwochen",
    Tag.EARLY: "anfang|beginn|zu beginn",
    Tag.MIDDLE: "mitte",
    Tag.LATE: "ende|gegen ende|zum ende",
    Tag.IN: "in|im|binnen|innerhalb|innerhalb von",
    Tag.NEXT_DAYS: "die nächsten tage|den nächsten tagen|nächsten tagen|die tage|kommenden tagen"
    "|diesen tagen",
    Tag.NEXT_DAY: {
        "tag danach|tag darauf|tag drauf|am nächsten tag|am folgenden tag|den nächsten tag"
        "|den folgenden tag|nächster tag": 1,
        "tag davor|tag vorher|tag zuvor": -1,
    },
}
_TIMES: dict[Tag, Entries] = {
    Tag.PART: _PARTS,
    Tag.OCLOCK: "uhr|h|ur",
    Tag.HALF: "halb|halbe|halben|halber",
    Tag.QUARTER: "viertel",
    Tag.THREE_QUARTERS: "dreiviertel|drei viertel|dreivirtel",
    Tag.HOUR: "stunde|stunden|stündchen|std",
    Tag.MINUTE: "minute|minuten|min",
    Tag.MINUTES_LONG: {
        "viertelstunde|viertel stunde": 15,
        "dreiviertelstunde|dreiviertel stunde": 45,
        "halbstunde|halbe stunde|halben stunde|halbes stündchen": 30,
        "anderthalb stunden|eineinhalb stunden|anderthalbe stunde": 90,
    },
    Tag.AM_PM: {"pm": 12},  # as models write it; "am" is a preposition
    Tag.MIDNIGHT: "mitternacht|mitternachts",
    Tag.SHORTLY: "kurz|knapp",
    Tag.OPENING: "öffnung|ladenöffnung|geschäftsöffnung|öffnen|aufmachen|aufmacht|geschäftsbeginn",
    Tag.CLOSING: "ladenschluss|feierabend|geschäftsschluss|schließung|zumachen|zumacht|schließen"
    "|schluss|schließt|ladenschluß",
    Tag.TIME_WORD: "uhrzeit|zeit|zeitpunkt",
}
_LINKS: dict[Tag, Entries] = {
    Tag.AT: "um|punkt|schlag",
    Tag.ON: {"am": 1, "an|für": 0},  # "am Morgen" is the morning, "für morgen" tomorrow
    # Days are masculine: "die erste" is none.
    Tag.ARTICLE: {"der|den|dem|zum": 1, "die|das|des|zur": 0},
    Tag.ABOUT: "gegen|circa|ca|ungefähr|etwa|zirka|in etwa|rund",
    Tag.FROM: "ab|frühestens|nicht vor|nicht früher als|nicht eher als|nicht vorm",
    Tag.SINCE: {"von": 1, "vom": 2},  # "vom 3." has the article in it
    Tag.UNTIL: "bis|spätestens|nicht nach|nicht später als|bis spätestens|bis maximal",
    Tag.BEFORE: "vor|vorm|früher als|eher als",
    Tag.AFTER: "nach|nachm|später als",
    Tag.AGO: {"vor": -1},
    Tag.BETWEEN: "zwischen",
    Tag.ONTO: "auf",
    Tag.AND: "und|sowie",
    Tag.OR: "oder|alternativ|alternative|beziehungsweise|bzw",
    Tag.ELSE: "sonst|ansonsten|notfalls|zur not|andernfalls|wenn das nicht geht|falls nicht"
    "|falls das nicht geht|wenn nicht|wenn es nicht geht|wenn das nicht klappt"
    "|wenn das nicht möglich ist|wenn der nicht frei ist|falls das nicht klappt|ersatzweise"
    "|wenn da nichts frei ist|wenn nichts frei ist|zweite wahl|als zweites|danach lieber",
    Tag.CORRECT: "nein|nee|ne|quatsch|lieber|besser|sondern|stattdessen|vielmehr|ich meine"
    "|ich meinte|besser gesagt|korrektur|falsch|sorry|entschuldigung|moment|stopp|stop|blödsinn"
    "|vergiss|pardon|verzeihung|am liebsten|meine natürlich",
    Tag.BUT: "aber|dafür|jedoch|allerdings",
    Tag.NOT: "nicht da|verhindert|verreist|unterwegs|krank|ausgebucht|zu früh|zu spät|schlecht"
    "|ungünstig|unpassend|ausgeschlossen|blöd|unmöglich|nicht|kein|keine|keinen|außer|nie|niemals"
    "|ungern",
    Tag.ABLE: "nicht da|verhindert|verreist|unterwegs|krank|ausgebucht|zu früh|zu spät|schlecht"
    "|ungünstig|unpassend|ausgeschlossen|blöd|unmöglich|gut|geht|gehts|ginge|kann|können|könnte"
    "|passt|passen|klappt|schaffe|schaffen|möglich|funktioniert|recht|möchte|will|arbeite|zeit"
    "|haut",
    Tag.IF: "wenn|falls|sofern",
    Tag.THAN: "als",
    Tag.INSTEAD: "statt|anstatt|anstelle",
    Tag.MOVE: "verschieben|verschiebe|verschoben|verlegen|verlegt|umbuchen|umlegen|vorziehen"
    "|verschieb|verlege|umgebucht|vorverlegen|umzubuchen|zu verschieben",
    Tag.CHANGE: "ändern|geändert|tauschen|wechseln",
    Tag.THEREAFTER: "danach|darauf|drauf",
    Tag.LATER: "später|spätere|späteren|späterer|danach|nach hinten",
    Tag.EARLIER: "früher|frühere|früheren|früherer|eher|davor|vorher|nach vorne|nach vorn",
    Tag.OFFER: "termin|termine|termins|option|vorschlag|möglichkeit|variante|alternative|slot"
    "|angebot",
    Tag.NUMBERED: "option|vorschlag|variante|nummer|möglichkeit|slot|angebot",
    Tag.FINAL: "letzter|letzte|letzten|letztere|letzteren|letzterer|letztgenannten",
    Tag.STILL: "noch",
    Tag.SOONEST: "sofort|umgehend|ab sofort|bald wie möglich|schnell wie möglich|möglichst bald"
    "|möglichst schnell|möglichst früh|schnellstmöglich|nächstmöglich|nächstmöglichen"
    "|nächstmöglicher|nächstmögliche|sobald wie möglich|baldmöglichst|frühestmöglich"
    "|frühestmöglichen|frühestmöglicher|früh wie möglich|nächster freier termin"
    "|nächsten freien termin|nächster termin|nächsten termin|schnellstens|nächste freie termin"
    "|früheste termin|frühesten termin|frühester termin|nächste termin|bald möglichst",
    Tag.VAGUE: "monatsende|monatsanfang|jahresende|jahreswechsel|ferien|weihnachtsferien"
    "|sommerferien|osterferien|herbstferien|urlaub|feiertagen|feiertage|feiertag|brückentag"
    "|neuen jahr|neues jahr|unter der woche|ein paar tagen|ein paar wochen|einigen tagen"
    "|einigen wochen|mehreren wochen|zwischen den jahren|wochentags|werktags|täglich|feiertags"
    "|anderen tag|anderer tag|anderen termin",
    Tag.SOMETIME: "nach feierabend|vor der arbeit|nach dem mittagessen|irgendwann|bald"
    "|nächster zeit|demnächst|sommer|winter|frühling|herbst|frühjahr|spätsommer|nach der arbeit"
    "|nach der schule|später|spätere|späteren|späterer|früher|frühere|früheren|früherer"
    "|irgendwann mal|zeitnah|kurzfristig",
    Tag.EVERY: "jede|jeden|jeder|jedes|alle",
    Tag.WAS: "seit|angerufen|verpasst|telefoniert|dagewesen|war|waren|gewesen|neulich|damals"
    "|letztes mal|letzte mal|letzten mal",
    Tag.SHADE: "frühen|frühe|späten|späte|spät|zeitigen",
}
_NEIGHBOURS: dict[Tag, Entries] = {
    Tag.ONE: "ein|eine|einen|einer|einem|eines|nem|ner|nen",
    Tag.COUNT: "person|personen|leute|leuten|euro|cent|mal|kind|kinder|kindern|männer|frauen"
    "|kollegen|haarschnitte|termine|stück|zentimeter|cm|millimeter|prozent|grad|plätze|platz|kilo"
    "|meter|freunde|freundinnen|damen|herren|mitarbeiter|zimmer|etage|stock|jahrhundert",
    Tag.PLAIN: "ich|du|er|sie|es|wir|ihr|mir|mich|uns|ihnen|man|habe|hab|haben|hat|ist|sind|sein"
    "|bin|wird|werden|würde|würden|könnt|könnten|möchten|wollen|wollte|komme|kommen|buchen|buche"
    "|buch|passte|gehen|klappen|frei|machen|mache|macht|reservieren|vormerken|eintragen|anbieten"
    "|was|wie|wann|ob|mit|bei|auch|noch|irgendwas|etwas|sagen|wünschen|wunsch|bleiben|bleibt|okay"
    "|prima|super|schön|herein|rein|vorbei|weg|alles|nur|schon|suchen|suche|brauche|bräuchte"
    "|gebucht|dran|vielleicht|egal|leider|trotzdem|halten|sagte|gesagt|vorgemerkt|reserviert|gut",
    Tag.TAKE: "nehme|nehmen|nimm|nehm|wäre|hätte|hätten|wären",
    Tag.MINE: "mein|meine|meinen|meiner|meinem|unsere|unseren|ihre|die",
    Tag.TITLE: "herr|herrn|frau|familie|doktor|dr|name|heiße|firma",
    Tag.SKIP: "guten morgen|guten tag|guten abend|gute nacht|guten nachmittag|schönen tag"
    "|schönen abend|schönen nachmittag|schönes wochenende|schöne woche|schönen feierabend"
    "|auf jeden fall|in jedem fall|auf alle fälle|vor allem|vor ort|am apparat|nicht auch"
    "|nicht wahr|nicht nur|warum nicht|wieso nicht|noch nicht|nach hause|an sich|einen moment"
    "|im moment|moment mal|zum beispiel|in ordnung|auf wiederhören|bis bald|bis später"
    "|nicht wichtig|zur zeit|die ganze zeit|keine ahnung|nicht vergessen|kein problem|keine sorge"
    "|am telefon|an der reihe|frohe weihnachten|frohe ostern|guten rutsch|nicht zu früh"
    "|nicht zu spät|im voraus|von ihnen|nach vorne|nichts|pro tag|nicht mehr für sie"
    "|ist leider nicht mehr frei|nicht mehr frei|ein paar|eine uhrzeit|mein letzter termin"
    "|meinen letzten termin|mein nächster termin|meinen nächsten termin|meinem nächsten termin"
    "|vor oder nachmittags|vor oder nachmittag|vor und nachmittags|welcher tag|welchen tag"
    "|welchem tag|was für ein tag|welche woche",
}
_FILLERS = (
    "äh ähm öh öhm hm hmm mhm mh tja na naja ach oh ok ja jo jawohl genau bitte danke gerne gern "
    "also halt eben dann doch eigentlich einfach so irgendwie zwar nun erst bereits direkt gleich "
    "jetzt wohl eh halt nämlich"
)
_COMPOUND_PARTS = ("morgen", "früh", "vormittag", "mittag", "nachmittag", "abend", "nacht")
_FULL_WEEKDAYS = [name.lower() for name in VOCABULARY.weekdays]

LANGUAGE = build(
    _DAYS | _TIMES | _LINKS | _NEIGHBOURS,
    vocabulary=VOCABULARY,
    fillers=_FILLERS,
    split={
        f"{day}{part}{ending}": (day, part)
        for day in _FULL_WEEKDAYS
        for part in _COMPOUND_PARTS
        for ending in ("", "s")
    }
    | {f"{day}stermin": (day, "termin") for day in _FULL_WEEKDAYS},
    idioms=Idioms(
        thousand="tausend",
        unit_one="ein",
        vague_endings=("woche", "wochen", "monat", "haelfte", "wochenende", "ferien", "quartal"),
        day_first=True,
        units_first=True,
        half_before=True,
        quarter_of_hour=True,
        clock_of_24_hours=True,
        minutes_after_oclock=True,
        hour_said_twice=True,
        ago_first=True,
        week_of_eight_days=True,
        ordinal_after_pause=True,
    ),
)
