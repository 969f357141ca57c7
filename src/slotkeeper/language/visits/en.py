"""The English words of a visit: who comes along, and what may be wished besides."""

from __future__ import annotations

from typing import Any

from slotkeeper.language.visits.visit_words import Relation, VisitWords


def _one(one: str, several: str = "", audiences: str = "", **more: Any) -> Relation:
    return Relation(one, several, audiences=audiences, possessive="my", yours="your", **more)


_RELATIONS = (
    _one("son", "sons", "children men"),
    _one("daughter", "daughters", "children women"),
    _one("child kid", "children kids", "children"),
    _one("baby toddler", "babies toddlers", "children"),
    _one("boy", "boys", "children men"),
    _one("girl", "girls", "children women"),
    _one("twins", "", "children", count=2, called="twin"),
    _one("husband hubby", "", "men"),
    _one("wife", "", "women"),
    _one("boyfriend", "", "men"),
    _one("girlfriend", "girlfriends", "women"),
    _one("partner fiance fiancee", "", ""),
    _one("friend mate", "friends mates"),
    _one("father dad daddy", "", "men"),
    _one("mother mum mom mummy mommy", "", "women"),
    _one("parents", count=2, called="parent"),
    _one("brother", "brothers", "men children"),
    _one("sister", "sisters", "women children"),
    _one("grandfather grandpa grandad granddad", "", "men"),
    _one("grandmother grandma gran nan", "", "women"),
    _one("grandson", "grandsons", "children men"),
    _one("granddaughter", "granddaughters", "children women"),
    _one("nephew", "nephews", "children men"),
    _one("niece", "nieces", "children women"),
    _one("uncle", "uncles", "men"),
    _one("aunt auntie", "aunts", "women"),
    _one("cousin", "cousins"),
    _one("neighbour neighbor", "neighbours neighbors"),
    _one("colleague", "colleagues", is_title=True),
)
_TREATMENTS = """
threading waxing wax waxed shave shaving massage facial manicure pedicure nails eyebrows eyebrow
brows brow lashes lash eyelashes extensions extension perm perming keratin straightening relaxer
braids braiding braid plaits cornrows dreadlocks dreads updo makeup tan tanning peel peeling
microblading botox fillers tattoo piercing henna tint tinting bleaching trim beard moustache
sideburns fringe bangs sugaring laser exfoliation scrub wrap reflexology acupuncture physio spa
sauna steam mask treatment conditioning gloss glossing toner highlights lowlights balayage ombre
colour color colouring coloring dye dyeing cut haircut styling style wash blowout blowdry weave wig
hairpiece rinse towel whitening cleaning filling checkup vaccination curl curls curling consultation
detox hydrafacial dermaplaning shellac acrylics
"""
_PLAIN = """
holiday wedding party birthday work school office job interview trip prom graduation vacation dinner
coffee tea water dog pram pushchair wheelchair car bus train discount voucher card bill receipt cash
credit bring bringing rush hurry urgent urgently quick quickly gentle quiet careful nice nicely
smart tidy cheap cheaply short relaxed calm allergy allergic pregnant sensitive anxious
nothing else home glass wine
nervous shoulder length regular regulars usual customer customers client recommended website online
google instagram email mail address mobile cell number stylist hairdresser barber salon team next
side simultaneously parallel tonight lunch lunchtime break flexible asap possibly if be being been
that those each both either sort kind bit little maybe guys folks year years old aged pounds
quid euros dollars pound dollar euro minute sec second hair ends again too shall able
definitely actually basically honestly obviously hopefully ideally preferably maybe whatever already
moving move moved hes shes theyre were weve youre im ive id ill thats its theres heres lets dont
wont cant couldnt wouldnt shouldnt didnt isnt wasnt arent havent hasnt needs wants gets has having
takes likes fancies coming comes bring came goes gone staying around along alongside followed
including plus first firstly second secondly third finally last lastly after afterwards before then
also additionally with without by of on at in for to from as so because while since though although
when where who what which why how give gave given put putting sorted done getting
"""
LANGUAGE = VisitWords(
    and_words="and plus n",
    then_words="then also afterwards followed by after that plus including additionally",
    with_words="with",
    for_words="for",
    me="me myself",
    i="i im id ill ive",
    them="him her them",
    others_possessives="his her their",
    possessives="my our",
    determiners="the a an both some any this",
    we="we us",
    family="family",
    whole="whole entire of",
    each="each both all every everyone everybody",
    too="too also same likewise",
    pronouns="she he they",
    gets="needs wants would gets has wishes likes fancies",
    both="both",
    together={"pair": 2, "couple": 2},
    times={"x2": 2, "x3": 3, "x4": 4, "twice": 2, "2x": 2, "double": 2, "3x": 3, "thrice": 3},
    people={
        "": "people persons person adults guests customers clients friends folks guys",
        "men": "men gentlemen lads gents",
        "women": "women ladies",
        "children": "kids children",
    },
    single={"men": "man gentleman", "women": "woman lady", "children": "child kid"},
    counted=(
        "F (?:the |all |us |all the )*#",
        "# of (?:us|them)",
        "(?:party|group|S) of #",
        "(?:we are|were|we re|there are|there will be|therell be|therell be) #",
        "us #",
        "# V",
    ),
    units="oclock am pm a p o euro euros pound pounds quid dollar dollars percent year "
    "years month months week weeks day days hour hours minute minutes min mins "
    "times time thirty fifteen appointments appointment slots options ish january "
    "february march april may june july august september october november december "
    "half quarter",
    clock="at around about by till until half past to after before quarter from is in "
    "since hes shes aged",
    years="year years yr yrs",
    relations=_RELATIONS,
    treatments=_TREATMENTS,
    body="beard eyebrows eyebrow brows lashes nails moustache sideburns fringe bangs",
    acts="wax shave trim thread dye tint bleach braid massage pluck straighten curl "
    "style cut colour color paint remove shape cleanse laser tattoo pierce whiten "
    "fill",
    plain=_PLAIN,
    wishing="want wants need needs like get have book please do would could can",
    only="only just solely alone",
    but_words="but however",
    except_words="except but without besides",
    everything="everything all whole both lot entire",
    keeps="keep keeps keeping stays stay leave coming comes come make makes can fine",
    refuses="not no cant cannot isnt wont doesnt dont never sick ill cancel drop remove without",
    instead="instead rather",
    besides="also additionally too besides plus including well",
    you="you",
    nth="first second third fourth",
    nth_endings={},
    nth_person="the {nth} person",
    further_person="one more person",
    several_people="{number} people",
    service_for="{service} for {whom}",
    articles="a an some one",
    titles="mr mrs ms miss mister dr doctor",
    names="name named called",
    openers="the both",
    verbs="hurts aches bleeds lives works flies likes loves takes is are comes come "
    "brings has have should can could must will was would makes goes waits knows "
    "needs wants am be",
    prepositions="for at in on by from to of under about around during after before until",
    corrections="no nope sorry actually rather wait",
    noun_ends="tion ment ing",
    adjective_ends="ly ish ful less",
)
