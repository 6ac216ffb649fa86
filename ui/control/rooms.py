"""What control has beside its drills, as tabs: keys, calendar, inspections, learning."""

from markupsafe import Markup

from geodata.faults import UserError
from ui.panels.faults import fault_list
from ui.panels.markup import View, joined

from .desk import Desk
from .doing import DRILL
from .duties import due_room
from .holding import holding_room
from .inspecting import inspecting_room
from .knowing import ROOMS, Known, Room
from .teaching import teaching_room


def tabs(looking: str, view: View) -> Markup:
    """Return the tabs; the first is the drill with its five steps."""
    t = view.text
    titles = {
        DRILL: t("Exercise control"), "keys": t("Keys"), "calendar": t("Calendar"),
        "inspect": t("Inspections"), "learn": t("Learning"),
    }  # fmt: skip
    here = looking if looking in ROOMS else DRILL
    return Markup('<nav class="ec-tabs">{}</nav>').format(
        joined(
            Markup('<button type="button" data-send="look" data-value="{}"{}>{}</button>').format(
                key, Markup(' aria-current="page"') if key == here else "", title
            )
            for key, title in titles.items()
        )
    )


def room_work(room: Room, desk: Desk, known: Known) -> Markup:
    """Return what the room shows, or why it cannot be shown."""
    try:
        if room == "keys":
            return holding_room(desk, known)
        if room == "calendar":
            return due_room(desk)
        return inspecting_room(desk) if room == "inspect" else teaching_room(desk)
    except UserError as error:
        return fault_list(desk.view.text("This cannot be shown"), error.faults, desk.view)
