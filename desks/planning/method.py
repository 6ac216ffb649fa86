"""How every figure of a coverage came about, in words: no percentage is read without it."""

from collections.abc import Iterator

from desks.onemap import OneMap
from language import Sentence, say

from .answers import Demand, Service
from .services import RULES

_MM_PER_M = 1000
_MS_PER_MIN = 60_000


def method_of(onemap: OneMap, service: Service, demand: Demand) -> tuple[Sentence, ...]:
    """Return what each definition counts, whose presence, from where, and by which rule."""
    return (
        *_circle(service),
        *_network(onemap, service, demand),
        *_capacity(service),
        say(
            "Safe: of those covered so far, who still is in the chosen incident: from outside the"
            " zone that people leave, by ways outside it, to a place outside all harm."
        ),
        *_people(demand),
        demand.rule,
        *cited(service),
    )


def joint_method() -> Sentence:
    """Return how several services are taken together."""
    return say("Jointly: people count who have each of these kinds of place; at a point as many"
               " have all as the fewest have one.")  # fmt: skip


def reach_text(service: Service) -> str:
    """Return the reach as a figure with its unit, such as 500 m or 10 min."""
    if service.within_mm is not None:
        return f"{service.within_mm / _MM_PER_M:.10g} m"
    return f"{(service.within_ms or 0) / _MS_PER_MIN:.10g} min"


def _circle(service: Service) -> Iterator[Sentence]:
    if service.within_mm is not None or service.travel == "foot":
        yield say(
            "Circle: people within {reach} in a straight line, this distance included; neither"
            " ways nor room count.",
            reach=reach_text(service),
        )


def _network(onemap: OneMap, service: Service, demand: Demand) -> Iterator[Sentence]:
    reach = reach_text(service)
    if service.travel == "foot":
        yield say(
            "Network: people within {reach} along all ways that people walk on, both access legs"
            " counted, this limit included, in whole millimetres and never below the straight"
            " line.",
            reach=reach,
        )
        if service.within_ms is not None:
            yield _pace(demand)
        return
    if service.within_mm is not None:
        yield say("Network: people within {reach} of road that the vehicle may use, both access"
                  " legs counted, this limit included.", reach=reach)  # fmt: skip
        return
    yield say(
        "Network: people whom the vehicle of a place reaches within {reach} by road at"
        " {hour}:00, both access legs and delays at junctions counted, this limit included;"
        " speeds: {model}.",
        reach=reach,
        hour=RULES.hour(demand.share),
        model=onemap.speed_model.version,
    )
    if service.turnout:
        yield say("Turnout of the team's kind is counted at its median, as in the brief; the call"
                  " is not.")  # fmt: skip


def _pace(demand: Demand) -> Sentence:
    pace = RULES.pace(demand.share)
    if pace.verified:
        return say("They walk {metres} m in {seconds} s.",
                   metres=pace.metres, seconds=pace.seconds)  # fmt: skip
    return say("They walk {metres} m in {seconds} s, a pace that is not verified.",
               metres=pace.metres, seconds=pace.seconds)  # fmt: skip


def _capacity(service: Service) -> Iterator[Sentence]:
    if not service.has_capacity:
        return
    yield say(
        "Capacity: places hold what the register states; of all assignments the one with most"
        " people covered, then least walking, then lowest codes."
    )
    yield say(
        "Up to a reach of {reach_m} m people are assigned from their points, beyond it from their"
        " communities by their mean way.",
        reach_m=RULES.points_up_to_mm // _MM_PER_M,
    )


def _people(demand: Demand) -> Iterator[Sentence]:
    if demand.share == "day":
        yield say("People as by day, by the residents by day on file.")
    elif demand.share == "night":
        yield say("People as by night, by the residents by night on file.")
    elif RULES.elderly_verified:
        yield say("People of 60 and over: {per_thousand} in a thousand residents by night where a"
                  " subdistrict has no figure of its own.",
                  per_thousand=RULES.elderly_per_thousand)  # fmt: skip
    else:
        yield say("People of 60 and over: {per_thousand} in a thousand residents by night where a"
                  " subdistrict has no figure of its own; the share is not verified.",
                  per_thousand=RULES.elderly_per_thousand)  # fmt: skip


def cited(service: Service) -> Iterator[Sentence]:
    """Yield where the reach comes from, and that it is not verified where it is not."""
    if not service.source:
        yield say("The reach is the asker's own.")
    elif service.verified:
        yield say("Reach by: {source}.", source=service.source)
    else:
        yield say("Reach by: {source}; not verified.", source=service.source)
