"""What a draft and a plan say on every page, the same in every format."""

from language import say
from language.shortening import cut_to

from .paper import Paper
from .wording import clean, word

DRAFT = "草稿 DRAFT"
MOST_CELLS = 330
"""So much stands in the box at the head of a page; a Chinese sign takes two cells."""

_WIDE = 0x2E80


def exercise_bar(paper: Paper) -> str:
    """Return what runs along the top of every page of an exercise's paper, "" of a real one."""
    return " ".join([word(say("Exercise"), paper.words)] * 3) if paper.exercise else ""


PLAN_BLUE = "#0B4F8A"
"""The colour of what says that a paper is of a plan: neither an exercise's nor a draft's."""

MOST_PLAN = 40
"""Signs of a plan's name that stand on every page; a saved one has no more."""


def plan_bar(paper: Paper) -> str:
    """Return what every page of a plan's paper says, "" of what exists."""
    if paper.plan is None:
        return ""
    name = cut_to(clean(paper.plan.name), MOST_PLAN)
    return word(say("Plan: {name} (not built yet)", name=name), paper.words)


def cells(text: str) -> int:
    """Return how many cells the text takes, a Chinese sign two."""
    return sum(2 if ord(sign) >= _WIDE else 1 for sign in text)


def draft_line(paper: Paper) -> str:
    """Return the defects as one line of a page's head, "" where the paper is no draft.

    What does not fit is counted and stands in the list at the end of the paper.
    """
    if not paper.defects:
        return ""
    head = word(say("Gate: {count} open.", count=len(paper.defects)), paper.words)
    line, shown = head, 0
    for number, defect in enumerate(paper.defects, start=1):
        more = f" ({number}) {word(defect, paper.words)}"
        if cells(line + more) > MOST_CELLS and shown:
            break
        line, shown = line + _cut(more, MOST_CELLS - cells(line)), number
    if shown < len(paper.defects):
        rest = len(paper.defects) - shown
        line += " " + word(say("{count} more in the list.", count=rest), paper.words)
    return line


def _cut(text: str, most: int) -> str:
    """Return the text with at most so many cells, … at the end where it was cut."""
    if cells(text) <= most:
        return text
    room, kept = most - 1, []
    for sign in text:
        room -= cells(sign)
        if room < 0:
            break
        kept.append(sign)
    return "".join(kept) + "…"
