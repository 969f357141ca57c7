"""Understanding names, telephone numbers, and wishes for a member of staff.

A model that knows no name or number fills in placeholders ("User", 0151123456). They are ignored,
because they would make one customer of many. All languages are understood at once, because a name
or a number may be given in any of them.
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
