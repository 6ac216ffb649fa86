"""What is said about the datum of a list."""

from language import Sentence, say

from .forensics_evidence import Kind


def evidence_said(kind: Kind, count: int) -> Sentence:
    """Return what a kind of evidence looks at, and on how many rows."""
    return {
        "stated": say("{count} rows state a unit; shares that fall into it.", count=count),
        "roads": say("{count} rows lie near roads; median distance in metres.", count=count),
        "places": say("{count} rows lie near known places; median distance, metres.", count=count),
        "names": say(
            "{count} rows have a namesake on the map; median offset, metres.", count=count
        ),
    }[kind]


def contradicted(kind: Kind, datum: str) -> Sentence:
    """Return why evidence that disagrees gives no verdict."""
    return {
        "stated": say("The evidence disagrees: stated units speak against {datum}.", datum=datum),
        "roads": say("The evidence disagrees: roads speak against {datum}.", datum=datum),
        "places": say("The evidence disagrees: known places speak against {datum}.", datum=datum),
        "names": say("The evidence disagrees: namesakes speak against {datum}.", datum=datum),
    }[kind]


def elsewhere() -> Sentence:
    """Return why a list that lies elsewhere gets no verdict."""
    return say("No reading of the numbers puts the rows into the district.")


def unplaced() -> Sentence:
    """Return why a list without positions gets no verdict."""
    return say("No row has a position to judge.")


def agreed(datum: str, kinds: int) -> Sentence:
    """Return why a verdict was given."""
    if kinds == 0:
        return say("Only {datum} puts the rows into the district.", datum=datum)
    if kinds == 1:
        return say("One kind of evidence points to {datum}.", datum=datum)
    return say("{kinds} kinds of evidence point to {datum}.", kinds=kinds, datum=datum)


def too_weak(power: float) -> Sentence:
    """Return why rows that could not tell get no verdict."""
    percent = round(100 * power)
    return say("Such rows would tell their datum in {percent} % of cases only.", percent=percent)


def open_still() -> Sentence:
    """Return why evidence that does not decide gives no verdict."""
    return say("The evidence does not decide between the readings.")


def moved(metres: float) -> Sentence:
    """Return why a list that is off by an unknown shift gets no verdict."""
    return say(
        "The rows fit better when moved by about {metres} m, which no known datum explains.",
        metres=round(metres / 10) * 10,
    )


def mixed(rows: int, other: str, datum: str) -> Sentence:
    """Return what a list in two datums holds."""
    return say(
        "{rows} rows are in {other}, the rest in {datum}.", rows=rows, other=other, datum=datum
    )


def perhaps_mixed(first: str, second: str) -> Sentence:
    """Return why a list that may be in two datums gets no verdict."""
    return say("The rows may be a mixture of {first} and {second}.", first=first, second=second)


def mixture_unseen(told: float) -> Sentence:
    """Return that rows in two datums would have passed unseen, or how often they would be seen.

    ``told`` is the share of simulated mixtures, a third of the rows in another datum, that such
    rows told.
    """
    percent = int(100 * told)
    if percent == 0:
        return say(
            "A mixture of two datums could not have been seen: such rows told none that was"
            " simulated (a third of the rows in another datum)."
        )
    return say(
        "A mixture of two datums may have passed unseen: such rows told {percent} % of those"
        " simulated (a third of the rows in another datum).",
        percent=percent,
    )


def mixed_numbers(rows: int) -> Sentence:
    """Return what a list of degrees and metres holds."""
    return say("Degrees and metres are mixed: {rows} rows differ from the others.", rows=rows)
