"""One line: a newer wind is known, and a press takes it."""

from markupsafe import Markup

from desks.command.wind import WindReading
from desks.stock import CHINA

from .acts import button
from .compass import compass
from .markup import View

LONGEST = 40


def new_wind(offered: WindReading, value: str, view: View) -> Markup:
    """Return the line with direction, speed, time and whose it is; ``value`` names the reading."""
    whose = (offered.where or offered.who)[:LONGEST]
    said = view.text(
        "New wind: {side} {deg}° {speed} m/s at {time}",
        side=compass(offered.from_deg, view),
        deg=f"{offered.from_deg % 360:03.0f}",
        speed=f"{offered.speed_ms:g}",
        time=f"{offered.at.astimezone(CHINA):%H:%M}",
    )
    return Markup('<div class="newwind" role="status"><span>{} {}</span>{}{}</div>').format(
        said,
        Markup('<span class="mut">{}</span>').format(whose) if whose else "",
        button("use", view.text("Use it"), value=value),
        button("leave", view.text("Not now"), value=value),
    )
