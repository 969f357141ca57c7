"""The German words of a visit: who comes along, and what may be wished besides."""

from __future__ import annotations

from typing import Any

from slotkeeper.language.visits.visit_words import Relation, VisitWords


def _her(one: str, several: str = "", audiences: str = "women", **more: Any) -> Relation:
    return Relation(one, several, audiences=audiences, possessive="meine", yours="Ihre", **more)


def _him(one: str, several: str = "", audiences: str = "men", **more: Any) -> Relation:
    return Relation(one, several, audiences=audiences, possessive="mein", yours="Ihren", **more)


def _it(one: str, several: str = "", audiences: str = "children", **more: Any) -> Relation:
    return Relation(one, several, audiences=audiences, possessive="mein", yours="Ihr", **more)


_RELATIONS = (
    _him("Sohn", "Söhne Söhnen", "children men", inflected="Sohnes Sohnemann"),
    _her("Tochter", "Töchter Töchtern", "children women"),
    _it("Kind", "Kinder Kindern Kids", inflected="Kindes"),
    _it("Baby", "Babys"),
    _him("Junge", "Jungs", "children men", inflected="Jungen"),
    _it("Mädchen Mädel", "Mädchen Mädels", "children women"),
    _it("Zwillinge", inflected="Zwillingen", count=2, called="Zwilling"),
    _him("Mann Ehemann Gatte", inflected="Gatten Mannes", is_title=True),
    _her("Frau Ehefrau Gattin", is_title=True),
    _him("Freund Kumpel", "Freunde Freunden", inflected="Freundes"),
    _her("Freundin", "Freundinnen"),
    _him("Partner Lebensgefährte", audiences="", inflected="Lebensgefährten"),
    _her("Partnerin Lebensgefährtin"),
    _him("Vater Papa Vati", inflected="Vaters"),
    _her("Mutter Mama Mutti Mami"),
    _it("Eltern", audiences="", count=2, called="Elternteil"),
    _him("Bruder", "Brüder Brüdern", "men children", inflected="Bruders"),
    _her("Schwester", "Schwestern", "women children"),
    _it("Geschwister", "Geschwister Geschwistern", "", called="Geschwisterkind"),
    _him("Opa Großvater Opi"),
    _her("Oma Großmutter Omi"),
    _him("Enkel Enkelsohn", "Enkel Enkeln", "children men"),
    _her("Enkelin Enkeltochter", "Enkelinnen", "children women"),
    _him("Neffe", "Neffen", "children men", inflected="Neffen"),
    _her("Nichte", "Nichten", "children women"),
    _him("Onkel"),
    _her("Tante"),
    _him("Cousin", "Cousins", "men children"),
    _her("Cousine", "Cousinen", "women children"),
    _him("Schwiegervater"),
    _her("Schwiegermutter"),
    _him("Schwiegersohn"),
    _her("Schwiegertochter"),
    _him("Schwager"),
    _her("Schwägerin"),
    _him("Verlobter", inflected="Verlobten"),
    _her("Verlobte"),
    _him("Nachbar", inflected="Nachbarn"),
    _her("Nachbarin"),
    _him("Kollege", inflected="Kollegen", is_title=True),
    _her("Kollegin", "Kolleginnen", is_title=True),
    _him("Kleiner", audiences="children", inflected="Kleinen", is_title=True),
    _her("Kleine", audiences="children", is_title=True),
    _him("Großer", audiences="children men", inflected="Großen", is_title=True),
    _her("Große", audiences="children women", is_title=True),
)
_TREATMENTS = """
augenbrauen pediküre maniküre massage rasur bart bartpflege bartschnitt wimpern wimpernlifting
extension extensions verlängerung verdichtung haarverlängerung keratin glättung hochsteckfrisur
hochstecken flechtfrisur zöpfe zopf flechten flechtzöpfe dreadlocks dreads cornrows makeup schminken
waxing enthaarung sugaring epilation fadenepilation zupfen rasieren trimmen peeling maske
gesichtsmaske packung kopfmassage nackenmassage kur kopfhautpflege kopfhautbehandlung henna
microblading microneedling botox hyaluron tattoo piercing ohrlochstechen ohrlöcher nagelpflege
nageldesign nägel gelnägel lackieren shellac gellack fußpflege handpflege gesichtspflege
gesichtsbehandlung bräunung solarium laser tönung strähnen färbung frisur haarkur styling lifting
lash brow lashes brows facial spa wellness aroma dampf dampfbad sauna physio akupunktur yoga
lymphdrainage hairstyling brautfrisur brautstyling probefrisur perücke toupet haarteil haarteile
glätten locken wickeln ondulieren abrasieren konturen undercut fade anschlag koteletten nasenhaare
ohrenhaare nackenrasur pony ponyschnitt pflege behandlung beratung schnitt reinigung färben
scheren schneiden aufhellung bleaching zahnreinigung röntgen füllung prophylaxe impfung massieren
"""
_PLAIN = """
urlaub hochzeit party feier geburtstag taufe arbeit schule büro job bewerbung vorstellungsgespräch
reise konfirmation kommunion abiball abschluss fest kaffee tee wasser hund kinderwagen rollstuhl
glas sekt prosecco champagner getränk
auto bus bahn zug rabatt gutschein karte rechnung quittung kreditkarte bargeld anschließend danach
dazu außerdem zuerst zunächst erst schluss schlicht schick schön schöner hübsch hübscher schnell
leise günstig gründlich ordentlich vernünftig dringend spontan gemütlich entspannt vorsichtig
sorgfältig nett freundlich nebeneinander gleichzeitig hintereinander parallel zeitgleich gemeinsam
mitbringen bringe bringt mitkommen komme mit gucken schaffen schafft reicht brauchen bräuchte
bräuchten braucht möcht bekommt bekommen bekomme kriegt kriegen kriege nimmt wünscht wünschen würde
hätt wär ginge gings gehts machbar einrichten einplanen eintragen reservieren reservierung vormerken
anmelden dranzukommen drankommen dran kommt kommen jährige jähriger jährigen jährigem schulter
schulterlang stylist stylistin friseur friseurin friseuse salon meister meisterin team ohne außer
hauptsache vorzugsweise bevorzugt egal zufällig spätabends feierabend mittagspause insgesamt jeweils
sowie plus inklusive inkl samt nebst weiterhin desweiteren sonst gesamt paar stück haare haar haaren
spitzen ganz mega total richtig wirklich unbedingt hoffentlich möglich möglichst zeitnah
kurzfristig flexibel pünktlich verspätung allergie allergisch schwanger empfindlich kopfhaut
schwangerschaft rücken knie angst nervös neukunde neukundin stammkunde stammkundin bekannte
empfehlung empfohlen internet homepage webseite google instagram euch ihnen eure eurem euren
bettag buß beeilung eile ruhe zahlung kartenzahlung begleitung voranmeldung
mail email adresse straße rufnummer handy handynummer mobilnummer
"""
LANGUAGE = VisitWords(
    and_words="und sowie plus u",
    then_words="danach dann anschließend hinterher noch dazu außerdem zusätzlich obendrauf "
    "nachher ferner samt inklusive inkl nebst hinzu",
    with_words="mit",
    for_words="für fürn",
    me="mich mir",
    i="ich",
    them="ihn sie",
    others_possessives="ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner",
    possessives="mein meine meinen meinem meiner meines unser unsere unseren unserem unserer "
    "unsre unsren",
    determiners="der die das den dem beide beiden ein eine einen einem einer ne nen so etwas",
    we="wir uns",
    family="familie",
    whole="ganze ganzen gesamte gesamten komplette kompletten von",
    each="je jeweils jede jeder jedem jeden alle allen beide beiden",
    too="auch ebenfalls genauso dasselbe das gleiche",
    pronouns="sie er es",
    gets="bekommt braucht möchte will hätte kriegt nimmt wünscht soll bräuchte",
    both="beide beiden",
    together={
        "zweit": 2,
        "zweien": 2,
        "dritt": 3,
        "dreien": 3,
        "viert": 4,
        "vieren": 4,
        "fünft": 5,
        "sechst": 6,
        "siebt": 7,
        "acht": 8,
        "neunt": 9,
        "zehnt": 10,
    },
    times={"zweimal": 2, "doppelt": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5, "sechsmal": 6}
    | {"2x": 2, "x2": 2, "3x": 3, "x3": 3, "4x": 4, "x4": 4, "5x": 5, "6x": 6},
    people={
        "": "personen person leute leuten mann erwachsene erwachsenen menschen köpfe kunden gäste "
        "freunde freundinnen",
        "men": "herren männer männern jungs",
        "women": "damen frauen mädels",
        "children": "kinder kindern kids",
    },
    single={"men": "herr herrn mann", "women": "dame frau", "children": "kind"},
    counted=(
        "(?:wir|uns)(?: (?:sind|waren|kommen|wollen|brauchen|alle|zu|insgesamt|auch|dann))* #",
        "(?:sind|waren|kommen|wollen) wir(?: (?:alle|zu|insgesamt|dann|auch))* #",
        "zu #",
        "F (?:uns |die |alle )?#",
        "alle #",
        "# V",
    ),
    units="uhr euro cent prozent jahr jahre jahren monat monate monaten woche wochen tag "
    "tage tagen stunde stunden minute minuten viertel zentimeter cm meter termin "
    "termine terminen mal uhrzeiten zeiten möglichkeiten januar februar märz april "
    "mai juni juli august september oktober november dezember",
    clock="um gegen ab halb nach vor bis von punkt nummer kurz viertel in seit circa ca "
    "ungefähr am zwischen so",
    years="jahr jahre jahren jährige jähriger jährigen jährigem j",
    relations=_RELATIONS,
    treatments=_TREATMENTS,
    body="bart augenbrauen augenbraue brauen wimpern nägel fingernägel fußnägel "
    "schnurrbart schnauzer vollbart koteletten achseln pony",
    acts="zupfen rasieren trimmen flechten massieren lackieren schminken waxen lasern "
    "stutzen färben glätten stechen entfernen kürzen feilen pflegen schneiden "
    "hochstecken stylen",
    plain=_PLAIN,
    wishing="möchte möchten will wollen brauche brauchen bräuchte bräuchten hätte hätten "
    "nehme machen gern gerne bitte lassen würde buchen buche braucht bekommt",
    only="nur bloß lediglich allein alleine",
    but_words="aber sondern dafür jedoch doch",
    except_words="außer bis ohne",
    everything="alles alle ganze ganzen gesamte gesamten komplett komplette beides beide beiden",
    keeps="behalten behalte behält bleibt bleiben bleibe kommt komme kommen lassen stehen",
    refuses="nicht kein keine keinen krank verhindert absagen streichen weglassen stornieren",
    instead="stattdessen statt anstatt anstelle lieber",
    besides="dazu außerdem zusätzlich obendrauf samt inklusive inkl nebst hinzu auch ebenfalls",
    you="Sie",
    nth="erst zweit dritt viert",
    nth_endings={"Ihren": "en", "Ihre": "e", "Ihr": "es", "die": "e"},
    nth_person="die {nth} Person",
    further_person="eine weitere Person",
    several_people="{number} Personen",
    service_for="{service} für {whom}",
    as_object={
        "Junge": "Jungen",
        "Neffe": "Neffen",
        "Kollege": "Kollegen",
        "Nachbar": "Nachbarn",
        "Lebensgefährte": "Lebensgefährten",
        "Gatte": "Gatten",
        "Verlobter": "Verlobten",
        "Kleiner": "Kleinen",
        "Großer": "Großen",
        "Zwilling": "Zwilling",
    },
    articles="ein eine einen einem einer ne nen",
    titles="frau herr herrn dr doktor familie",
    names="name namen heiße heißt nenne",
    asides="zwar",
    openers="der die das den dem beide beiden",
    verbs="tut schmerzt juckt blutet wackelt fällt liegt steht lebt arbeitet wohnt fliegt "
    "heiratet feiert kennt mag nimmt ist sind kommt kommen bringt bringe hat haben "
    "soll sollte kann könnte muss wird war wäre macht geht wartet ruft holt fährt "
    "sitzt hilft passt weiß sagt braucht möchte will bin habe freue danke gehe "
    "komme",
    prepositions="für bei beim zu zum zur auf von vom im in ins am an ans aus nach vor um gegen "
    "ab bis über unter wegen ohne seit",
    corrections="nein nee quatsch sondern lieber vielmehr sorry entschuldigung moment stopp",
    noun_ends="ung tion",
    adjective_ends="lich ig isch sam bar haft los weise stens mal",
    nouns_are_capital=True,
)
