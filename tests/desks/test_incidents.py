"""Sixty random incidents: an answer to each, with a word for each gap."""

import random

from desks.command import situation_brief
from desks.onemap import OneMap
from tests.desks.incidents import ask, random_incident

MANY = 60


def test_random_incidents_are_answered_whole(district: OneMap) -> None:
    """No exception, NaN or blank; ``python -m tests.desks.incidents`` asks ten thousand."""
    assert ask(district, MANY) == MANY


def test_random_incidents_of_a_bare_town_are_answered_whole(town: OneMap) -> None:
    """The town has no department, plan or hazard: gaps everywhere, each with its word."""
    assert ask(town, 30, seed=2) == 30


def test_the_same_number_is_the_same_incident(town: OneMap) -> None:
    incident = random_incident(town, random.Random("1:7"))  # noqa: S311 - reproducible
    assert incident == random_incident(town, random.Random("1:7"))  # noqa: S311 - reproducible
    again, once = (situation_brief(town, incident) for _ in range(2))
    assert again.responders == once.responders
    assert again.supplies == once.supplies
    assert again.cautions == once.cautions
