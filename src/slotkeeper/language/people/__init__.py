"""Who speaks, how they are reached, and whom they want: names, numbers, staff.

What a model fills in where it knows nothing ("User", 0151123456) is missing, not somebody: taken at
its word it makes one customer of many. All languages are understood at once, because a name or a
number is given in any of them.
"""

from slotkeeper.language.people.names import MAX_NAME, same_person, understand_name
from slotkeeper.language.people.phones import understand_phone
from slotkeeper.language.people.staff import StaffWish, understand_staff

__all__ = [
    "MAX_NAME",
    "StaffWish",
    "same_person",
    "understand_name",
    "understand_phone",
    "understand_staff",
]
