"""Simulated callers ring from numbers that are nobody's."""

import phonenumbers

from slotkeeper.lab.callers.simulated_people import invented_numbers


def test_invented_numbers_differ_and_look_real():
    """Each is another, and of a length that Germany's plan allows."""
    numbers = invented_numbers(1000)
    assert len(set(numbers)) == 1000
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(one)) for one in numbers)
