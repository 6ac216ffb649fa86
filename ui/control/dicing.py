"""Dice on control's page: what several persons threw at once, written in one go."""

from markupsafe import Markup

from desks.exercise import participants
from geodata.faults import Fault, UserError
from language import say
from ui.panels.markup import View, joined

from . import fields
from .board import Sent
from .coming import Done
from .desk import Desk, wall
from .papers import after_draw
from .steps import muted

ROWS = 6


def dice_form(view: View) -> Markup:
    """Return the fields of a throw; no key sends it, since what is written stays."""
    t = view.text
    name, fell = t("Who threw"), t("What fell")
    rows = joined(
        Markup('<span class="mut">{}</span>{}{}').format(
            number,
            fields.line(f"name{number}", label=f"{name} {number}", most=60, hint=name),
            fields.line(f"value{number}", label=f"{fell} {number}", hint=fell),
        )
        for number in range(1, ROWS + 1)
    )
    told = t(
        "All throw at once before witnesses, and somebody else than the director reads out what"
        " fell. Who composed the pool does not throw: the last value, chosen openly, could steer"
        " the draw."
    )
    return Markup(
        '<details class="ec-paper" data-open="dice"><summary>{}</summary>{}{}</details>'
    ).format(
        t("Dice, thrown at once"),
        muted(told),
        fields.form(
            "dice",
            Markup('<div class="ec-dice">{}</div>').format(rows),
            Markup('<div class="ec-go">{}{}</div>').format(
                fields.button("throw", t("Write what fell")),
                muted(t("Rows left empty do not count; what is written is never changed.")),
            ),
        ),
    )


def throw(desk: Desk, sent: Sent) -> Done:
    """Return that the throw is written and the draw made.

    Raises:
        UserError: for two of one name, and as ``participants.throw`` does.

    """
    values: dict[str, str] = {}
    for number in range(1, ROWS + 1):
        name, value = sent.one(f"name{number}"), sent.one(f"value{number}")
        if name in values and (name or value):
            raise UserError(
                [Fault(name[:60], say("Two have the same name."), say("Type it anew."))]
            )
        if name or value:
            values[name] = value
    draw = participants.throw(desk.log, values, at=wall())
    said = say("{count} threw at once: the draw is made. Two keys open it.", count=len(draw.values))
    return after_draw(desk, said)
