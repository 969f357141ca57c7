"""What English speakers say around names and numbers."""

from __future__ import annotations

from slotkeeper.language.people.people_words import PeopleWords

LANGUAGE = PeopleWords(
    honorifics="mister|mr|mrs|ms|miss",
    greetings="hi|hello|good (?:morning|afternoon|evening)",
    introductions=r"my name(?:'s| is)|i am|i'm|this is|it's|under the name(?: of)?",
    afterwards="here|speaking|please",
    and_i="and i",
    placeholders="User, Test, Test User, Testuser, Tester, Unknown, Unknown Caller, Unknown User, "
    "Customer, Client, Caller, Guest, Anonymous, Anonymous Caller, Name, No Name, None, Null, Nil, "
    "Nan, Undefined, N/A, Not Provided, Not Specified, First Name, Last Name, Full Name, John Doe, "
    "Jane Doe, Redacted, Placeholder, Xxx, Dummy, Yes, No, Okay, Hello, Nope, Please, Thanks",
    nameless="no nope nah yes thanks thank you i we it that this is s m dont don t do not know "
    "wont won will would d rather prefer say saying tell telling give giving my your a the name "
    "names to you why what for none of business private skip never mind nevermind idk just "
    "book please sorry need needed want wanted am im id can cant cannot share sharing "
    "without one moment really matter matters doesn does any",
    withheld="anonymous unknown private withheld restricted blocked none undefined",
    twice="double",
    between_digits="and then dash minus slash",
    titles="dr prof professor mr mrs ms miss mister doctor stylist",
    negations="not except",
    anybody="whichever nobody preference",
    zero="o oh",
    anyone=r"any|every ?(?:one|body)|any ?(?:one|body)|whoever|who ever|whichever"
    r"|no(?: particular)? preference|(?:doesn ?t|does not) matter|don ?t (?:mind|care)"
    r"|(?:someone|somebody) else|all the same",
    either="or",
    contrast="but rather",
    relatives="(?:grand|step|god)?(?:daughter|son|mother|father)(?:-in-law)?|mom|mum|dad|grandma"
    "|grandpa|wife|husband|brother|sister|aunt|uncle|niece|nephew|cousin|girlfriend|boyfriend"
    "|friend|partner|neighbou?r|colleague|fianc[eé]e?|boss|family",
)
