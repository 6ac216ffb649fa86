"""The chip that says a past day is shown: with the frame around the page it cannot be missed."""

from markupsafe import Markup

from .markup import View


def day_chip(day: str, view: View) -> Markup:
    """Return the chip and the frame; what is not of that day is told to who points at it."""
    return Markup(
        '<i class="day-frame" aria-hidden="true"></i>'
        '<span class="day-chip" role="status" title="{}">▲ {}</span>'
    ).format(
        view.text(
            "Registers and speed factors as this machine knew them at the end of that day. Roads "
            "and whom to call are of today; nothing can be changed."
        ),
        view.text("Register as of {day}", day=day),
    )
