"""Speaking to callers: sentences, dates, times, prices and lists in one language."""

from slotkeeper.language.say.speech import SPEECH
from slotkeeper.language.say.spoken import (
    MAX_CHOICES,
    say,
    say_candidates,
    say_others,
    spoken_alternatives,
    spoken_appointment,
    spoken_choice,
    spoken_date,
    spoken_day_and_time,
    spoken_duration,
    spoken_either,
    spoken_hours,
    spoken_list,
    spoken_price,
    spoken_time,
    spoken_weekdays,
    weekday_name,
)

__all__ = [
    "MAX_CHOICES",
    "SPEECH",
    "say",
    "say_candidates",
    "say_others",
    "spoken_alternatives",
    "spoken_appointment",
    "spoken_choice",
    "spoken_date",
    "spoken_day_and_time",
    "spoken_duration",
    "spoken_either",
    "spoken_hours",
    "spoken_list",
    "spoken_price",
    "spoken_time",
    "spoken_weekdays",
    "weekday_name",
]
