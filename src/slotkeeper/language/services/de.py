"""The German words of a wish for a service."""

from __future__ import annotations

from slotkeeper.language.services.service_words import ServiceWords

# Between the words of a service these change nothing: "Haarschnitt für die Dame".
_GLUE = """
a aeh also am an ans auch auf aus bei beim bitte da dann das dem den denn der des die dies diese
diesen dieser doch du eben ehm ein eine einem einen einer eines einmal er es etwa für fürn fürs gern
gerne halt hm hmm ich ihr ihre ihrem ihren im in ins ja jetzt mal mein meine meinem meinen meiner
mich mir mit n na ne nem nen nochmal nur oh ok okay plus schon sein seine seinem seinen sich sie so
sogar und uns unser unsere unserem unseren vom von wir wo zu zum zur zwar ähm öh
"""
_EVERYDAY = """
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
LANGUAGE = ServiceWords(
    glue=_GLUE,
    everyday=_EVERYDAY,
    vague="allgemein alt art groß haar herr intensiv klein komplett neu rundum sache sonstiges",
    kinds="service treatment paket behandlung behandlungen programm angebot leistung leistungen",
    negations="nicht kein keine keinen keiner keinem statt anstatt weder ohne",
    choices="oder beziehungsweise bzw",
    audiences={
        "men": "herren männer mann",
        "women": "damen frauen dame",
        "children": "kinder kind kids",
    },
    relations={
        "men": "vater papa opa freund herr herrn gatte",
        "women": "frau mutter mama oma freundin mädel",
        "children": "sohn tochter junge jungen jungs mädchen enkel enkelin neffe neffen nichte "
        "kleinen baby",
    },
    prefixes={"men": "herren männer", "women": "damen frauen", "children": "kinder jungen mädchen"},
    endings="ungen ung ern en er es em e n",
    participles=(("ge", "t", ""), ("ge", "en", "en")),
    irregular={"schneid": "schnitt"},
    purpose="termin",
    number=r"(?:(?:zehn|zig|dreissig|hundert|tausend)(?:s?te[nrms]?)?|jahrige?[nrms]?)",
    neither=("weder", "noch"),
)
