"""The English words of a wish for a service."""

from __future__ import annotations

from slotkeeper.language.services.service_words import ServiceWords

# Between the words of a service these change nothing: "a haircut for the lady".
_GLUE = """
a an and at er erm for from get getting have having her his i id im in is it just like little me my
need needs of oh ok okay on our please plus s so some that the their then this to uh um want wants
we with would you your
"""
_EVERYDAY = """
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
_VAGUE = """
basic big complete deluxe express full hair large other premium short skin small teeth tooth
"""
LANGUAGE = ServiceWords(
    glue=_GLUE,
    everyday=_EVERYDAY,
    vague=_VAGUE,
    kinds="service services package treatment treatments session sessions",
    negations="not no without instead neither nor",
    choices="or",
    audiences={
        "men": "men mens man mans gentlemen gentlemens gents male males",
        "women": "women womens woman womans ladies lady female",
        "children": "kids kid child childs children childrens",
    },
    relations={
        "men": "husband dad father grandpa boyfriend",
        "women": "wife mum mom mother grandma girlfriend",
        "children": "son sons daughter daughters boy boys girl girls toddler toddlers baby babies "
        "grandson grandsons granddaughter granddaughters grandchild grandchildren nephew nephews "
        "niece nieces twin twins lad lads",
    },
    endings="ings ing ed s",
    # Hair is what is cut anyway: "men's cut" is the men's haircut, as "my cut" is of a visit.
    irregular={"haircut": "cut"},
)
