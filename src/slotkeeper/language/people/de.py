"""What Germans say around names and numbers."""

from __future__ import annotations

from slotkeeper.language.people.people_words import PeopleWords

LANGUAGE = PeopleWords(
    honorifics="herrn?|frau|fräulein",
    greetings=r"ja|also|ähm?|hallo|moin|servus|grüß (?:gott|sie)|gute[nr]? (?:tag|morgen|abend)",
    introductions=r"mein name (?:ist|lautet|wäre)|ich hei(?:ß|ss)e|ich bin(?: es,?| der| die)?"
    r"|hier (?:ist|spricht)(?: der| die)?|(?:auf|unter) (?:den|dem) namen|name:",
    afterwards="ist mein name|mein name|am apparat|hier|bitte",
    and_i="und ich",
    placeholders="Test Kunde, Testkunde, Unbekannt, Unbekannter, Unbekannte, "
    "Unbekannter Anrufer, Unbekannter Kunde, Kunde, Kundin, Neukunde, Anrufer, Anruferin, Gast, "
    "Anonym, Anonymer Anrufer, Kein Name, Keine Angabe, k. A., Nicht angegeben, Nicht genannt, "
    "Nicht bekannt, Vorname, Nachname, Vorname Nachname, Max Mustermann, Erika Mustermann, "
    "Mustermann, Platzhalter, Ja, Nein, Danke, Bitte, Hallo, Nee, Nö, Egal, Nicht, Nichts, Moment",
    nameless="nein nee noe ne ja doch danke bitte hallo weiss ich es er sie wir nicht nichts sag "
    "sage sagen das den die der dem will wollen moechte moechten mag mein meine meinen name "
    "namen lieber kein keine keinen ahnung angabe angaben angeben geben gebe nennen nenn nenne "
    "verrate verraten noch mal nochmal wie was warum wieso wozu muss man sein egal "
    "keinesfalls auf gar gerne gern okay ok geht ihnen an ohne brauche brauchen brauchts so "
    "einfach buchen hab habe haben einen moment mal augenblick darf kann tut zur sache "
    "sagte schon gesagt bin mir ist ueberhaupt heute",
    withheld="anonym unbekannt unbekannte unterdruckt unterdrueckt",
    twice="doppel doppelt zweimal",
    between_digits="und dann minus strich bindestrich schraegstrich",
    titles="dr doktor prof professor professorin herr herrn frau kollege kollegin stylist "
    "stylistin friseur friseurin",
    negations="nicht kein keine keinen ausser",
    anybody="irgendwer irgendwem irgendwen irgendjemand irgendjemandem beliebig beliebige wer "
    "jemandem keiner praeferenz",
    anyone=r"egal|irgend(?:wer|wem|wen|jemand\w*|eine?[mnrs]?)|beliebig\w*|kein\w* praeferenz"
    r"|jemand(?:em|en)? anders?\w*|wer anders?|we[rmn] (?:auch immer|gerade|eben|da|frei)\b.*"
    r"|spielt keine rolle|jede[rmn]?|alle|wer zeit hat|spontan frei",
    either="oder bzw beziehungsweise",
    contrast="sondern lieber",
    relatives=r"(?:(?:schwieger|enkel|groß|stief|paten)?(?:tochter|sohn|mutter|vater|kind)"
    r"|mama|papa|oma|opa|mann|bruder|schwester|schwager|schwägerin|enkelin|tante|onkel|nichte"
    r"|neffe|cousine?|freundin|freund|partnerin|partner|nachbarin|nachbar|kollegin|kollege"
    r"|verlobte[rn]?|chefin|chef|familie|fam)",
)
