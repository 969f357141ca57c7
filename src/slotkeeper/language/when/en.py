"""The English words for days and times."""

from __future__ import annotations

from slotkeeper.language.vocabulary.en import LANGUAGE as VOCABULARY
from slotkeeper.language.when.feasts import Feast
from slotkeeper.language.when.lexicon import Entries, Idioms, Tag, build, numbered

_WEEKDAYS = numbered(
    VOCABULARY.weekdays,
    "mondays|mon",
    "tuesdays|tue|tues",
    "wednesdays|wed",
    "thursdays|thu|thur|thurs",
    "fridays|fri",
    "saturdays|sat",
    "sundays|sun",
)
_MONTHS = numbered(VOCABULARY.months)
# "May" is also a verb: it is a month only where it stands like an abbreviation.
del _MONTHS["May"]

_DAYS: dict[Tag, Entries] = {
    Tag.RELATIVE: {
        "today": 0,
        "tomorrow|tomorrows": 1,
        "day after tomorrow|overmorrow": 2,
        "yesterday": -1,
        "day before yesterday": -2,
    },
    Tag.WEEKDAY: _WEEKDAYS,
    Tag.MONTH: _MONTHS,
    Tag.MONTH_SHORT: {
        "jan": 1,
        "feb": 2,
        "mar": 3,
        "apr": 4,
        "may": 5,
        "jun": 6,
        "jul": 7,
        "aug": 8,
        "sep|sept": 9,
        "oct": 10,
        "nov": 11,
        "dec": 12,
    },
    Tag.FEAST: {
        "new years day": Feast.NEW_YEAR,
        "epiphany": Feast.EPIPHANY,
        "valentines day": Feast.VALENTINE,
        "may day": Feast.LABOUR_DAY,
        "all saints day": Feast.ALL_SAINTS,
        "halloween": Feast.REFORMATION,
        "christmas eve": Feast.CHRISTMAS_EVE,
        "christmas day": Feast.CHRISTMAS_DAY,
        "boxing day": Feast.BOXING_DAY,
        "new years eve": Feast.NEW_YEARS_EVE,
        "ash wednesday": Feast.ASH_WEDNESDAY,
        "maundy thursday": Feast.MAUNDY_THURSDAY,
        "good friday": Feast.GOOD_FRIDAY,
        "easter saturday": Feast.HOLY_SATURDAY,
        "easter sunday": Feast.EASTER_SUNDAY,
        "easter monday": Feast.EASTER_MONDAY,
        "ascension day": Feast.ASCENSION,
        "whit sunday|pentecost sunday": Feast.WHIT_SUNDAY,
        "whit monday|pentecost monday": Feast.WHIT_MONDAY,
        "corpus christi": Feast.CORPUS_CHRISTI,
        "christmas|xmas": Feast.CHRISTMAS,
        "easter": Feast.EASTER,
        "pentecost|whitsun": Feast.WHITSUN,
    },
    Tag.NEXT: {"next": 1, "coming|following|upcoming": 2},
    Tag.THIS: "this",
    Tag.LAST: "last|past|previous",
    Tag.SAME: "same",
    Tag.DAY: "day|days",
    Tag.WEEK: {"week|weeks|weeks time": 1, "fortnight": 2},
    Tag.MONTH_UNIT: "month|months",
    Tag.YEAR: "year|years",
    Tag.WEEKEND: "weekend",
    Tag.CALENDAR_WEEK: "calendar week|week number",
    Tag.EARLY: "early|beginning of|beginning|start of|the beginning of|the start of",
    Tag.MIDDLE: "mid|middle of|the middle of",
    Tag.LATE: "late|end of|the end of",
    Tag.AGO: {"ago": -1, "from now": 1},
    Tag.IN: "in|within|during",
    Tag.NEXT_DAYS: "next few days|next couple of days|coming days",
    Tag.NEXT_DAY: {
        "day after that|the day after that|the next day|the following day|a day after": 1,
        "day before that|the day before that|the previous day": -1,
    },
    Tag.OVERNEXT: "after next",
}
_TIMES: dict[Tag, Entries] = {
    Tag.PART: {
        "morning|mornings": 0,
        "forenoon": 1,
        "lunchtime|lunch time|lunch|lunch break": 2,
        "afternoon|afternoons": 3,
        "evening|evenings": 4,
        "night": 5,
    },
    Tag.OCLOCK: "oclock|hours",
    Tag.HALF: "half",
    Tag.QUARTER: "quarter|a quarter",
    Tag.THREE_QUARTERS: "three quarters",
    Tag.HOUR: "hour|hours|hr|hrs",
    Tag.MINUTE: "minute|minutes|min|mins",
    Tag.MINUTES_LONG: {
        "quarter of an hour|a quarter of an hour|quarter hour": 15,
        "half an hour|half hour|a half hour": 30,
        "three quarters of an hour": 45,
        "hour and a half|an hour and a half": 90,
    },
    Tag.AM_PM: {"am": 0, "pm": 12},
    Tag.NOON: "noon|midday",
    Tag.MIDNIGHT: "midnight",
    Tag.SHORTLY: "shortly|just|a little|a bit",
    Tag.OPENING: "opening|opening time|you open",
    Tag.CLOSING: "closing|closing time|you close|close",
    Tag.TIME_WORD: "time",
}
_LINKS: dict[Tag, Entries] = {
    Tag.AT: "at|sharp",
    Tag.ON: {"on|for": 0},
    Tag.ARTICLE: "the|of",
    Tag.ABOUT: "around|about|roughly|approximately|round about|circa",
    Tag.FROM: "from|onwards from|starting|starting from|starting at|not before|no earlier than"
    "|not earlier than|at the earliest",
    Tag.SINCE: "from",
    Tag.UNTIL: "until|till|by|up to|not after|no later than|not later than|at the latest",
    Tag.BEFORE: "before|earlier than",
    Tag.AFTER: "after|past|later than",
    Tag.BETWEEN: "between",
    Tag.TO: "to|through",
    Tag.ONTO: "to|onto",
    Tag.AND: "and",
    Tag.OR: "or|alternatively",
    Tag.ELSE: "otherwise|if not|failing that|or else|if that doesnt work|if that does not work"
    "|if thats not possible|if that is not possible|as a second choice|if thats taken",
    Tag.CORRECT: "no|actually|rather|i mean|i meant|make that|make it|wait|sorry|scratch that"
    "|instead|better|preferably|nope|hold on|correction|id prefer|id rather",
    Tag.BUT: "but|however",
    Tag.NOT: "away|busy|out of town|not around|not there|not in|unavailable|fully booked"
    "|booked up|anything but|any day but|everything but|too early|too late|bad|impossible|no good"
    "|not good|unsuitable|not|dont|doesnt|cant|cannot|wont|isnt|never|except|couldnt|cant make it"
    "|cannot make it|can not make it|cant do|cannot do|unable",
    Tag.ABLE: "away|busy|out of town|not around|not there|not in|unavailable|fully booked"
    "|booked up|too early|too late|bad|impossible|no good|not good|unsuitable|can|cant|cannot"
    "|could|work|works|make|suit|suits|possible|doesnt|dont|wont|isnt|good|available|do|free",
    Tag.IF: "if",
    Tag.THAN: "than",
    Tag.INSTEAD: "instead of|rather than",
    Tag.MOVE: "move|moved|reschedule|rescheduled|postpone|bring forward|rebook|moving|rescheduling",
    Tag.CHANGE: "change|changed|changing|shift|push|pushed|switch",
    Tag.THEREAFTER: "after",
    Tag.LATER: "later|later one|latter|afterwards|after that",
    Tag.EARLIER: "earlier|sooner|earlier one|former|beforehand",
    Tag.OFFER: "appointment|appointments|slot|option|one|suggestion|opening|choice",
    Tag.NUMBERED: "option|slot|number|choice",
    Tag.FINAL: "last",
    Tag.STILL: "still|left|any time today|anything today",
    Tag.SOONEST: "right away|right now|immediately|as soon as possible|asap|as early as possible"
    "|earliest possible|first available|next available|soonest|soon as possible"
    "|earliest appointment|next appointment|next possible|earliest available|quickly as possible",
    Tag.VAGUE: "holidays|holiday|vacation|a few days|a few weeks|a couple of days|some days"
    "|a couple of weeks|several weeks|new year|weekdays|bank holiday|another day|daily|weekly"
    "|couple of weeks|few weeks",
    Tag.SOMETIME: "later|earlier|sooner|sometime|some time|someday|soon|eventually|summer|winter"
    "|spring|autumn|after work|after school|one day",
    Tag.EVERY: "every|each",
    Tag.WAS: "since|i called|i came|i missed|i visited|last time|the other day|back then",
}
_NEIGHBOURS: dict[Tag, Entries] = {
    Tag.ONE: {"a|an|one": 1},
    Tag.COUNT: "person|persons|people|euros|euro|pounds|dollars|times|kids|children|men|women"
    "|haircuts|appointments|percent|inches|inch|cm|guests|adults|guys|friends|seats|places|cuts",
    Tag.PLAIN: "onwards|onward|i|you|we|they|it|he|she|me|us|have|has|had|would|id|ill|im|is|are"
    "|was|be|been|will|want|like|book|come|got|anything|something|what|how|when|with|works|work"
    "|fine|great|perfect|good|suits|there|open|sounds|then|that|thats|need|get|let|lets|maybe"
    "|only|reserve|reserved|booked|offer|available|free|do|too|also|okay|unfortunately|taken|your"
    "|my|currently|shall|should|youre",
    Tag.TAKE: "take|prefer|say|have",
    Tag.MINE: "my|our|your",
    Tag.TITLE: "mr|mrs|ms|miss|dr|doctor|named|called",
    Tag.SKIP: "good morning|good afternoon|good evening|good night|good day|have a nice day"
    "|have a great day|nice day|nice weekend|see you tomorrow|see you soon|see you later"
    "|one moment|a moment|one second|a second|a minute|one minute|not only|why not|first of all"
    "|at first|at all|for now|at the moment|at last|in time|on time|all day|all the time"
    "|what time|what day|which day|i may|may i|may we|you may|may be|no problem|no worries"
    "|second thought|second thoughts|this time|a long time|next time|not sure|merry christmas"
    "|happy easter|happy new year|my next appointment|not too early|not too late|any time"
    "|the same to you|no longer kept|to be|to have|to get|to book|to make|to come"
    "|in the middle of nowhere|not yet|i am|how about",
}
_FILLERS = (
    "uh um er erm hmm hm mhm ah oh well so yes yeah yep ok please thanks thank perhaps kindly "
    "basically literally kinda really probably possibly thanks"
)

LANGUAGE = build(
    _DAYS | _TIMES | _LINKS | _NEIGHBOURS,
    vocabulary=VOCABULARY,
    fillers=_FILLERS,
    split={"tonight": ("today", "evening")},
    idioms=Idioms(
        thousand="thousand",
        # German compounds: who says "Anfang der Woche" is asked rather than not understood.
        vague_endings=("woche", "wochen", "monat", "haelfte", "wochenende", "ferien", "quartal"),
        article_before_month=True,
        weekday_and_day=True,
        counts_weeks=True,
    ),
)
