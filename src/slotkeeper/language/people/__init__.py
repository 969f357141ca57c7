"""Understanding names, telephone numbers, and wishes for a member of staff.

A model that knows no name or number fills in placeholders ("User", 0151123456). They are ignored,
because they would make one customer of many. All languages are understood at once, because a name
or a number may be given in any of them.
"""
