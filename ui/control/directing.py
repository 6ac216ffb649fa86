"""Who directs: asked once, kept in control's folder, and the name of every act in the log."""

from markupsafe import Markup

from desks.exercise.directors import name_director, named_director
from language import say
from ui.panels.markup import View

from . import fields
from .board import Sent
from .coming import Done, done
from .desk import Desk


def director_line(desk: Desk) -> Markup:
    """Return the question for the director's name; once it is known, nothing."""
    if named_director(desk.control):
        return Markup("")
    told = desk.view.text("Who directs? The name stands in the log at every act of this page.")
    return Markup('<div class="said warn">▲ {}{}</div>').format(told, _asked("", desk.view))


def director_foot(desk: Desk) -> Markup:
    """Return who directs, and the way to hand over to somebody else."""
    name = named_director(desk.control)
    if not name:
        return Markup("")
    return Markup(
        '<details class="ec-drills" data-open="director"><summary class="bt small">{}</summary>'
        "<div>{}</div></details>"
    ).format(desk.view.text("Director: {name}", name=name), _asked(name, desk.view))


def keep(desk: Desk, sent: Sent) -> Done:
    """Return that acts from now on stand under this name.

    Raises:
        UserError: for a text that is no name.

    """
    name = sent.one("director")
    name_director(desk.control, name)
    return done(desk.view, say("{name} directs from now on.", name=name))


def _asked(name: str, view: View) -> Markup:
    label = view.text("Director")
    return fields.form(
        "director",
        fields.line("director", name, label=label, most=80, hint=label),
        fields.button("director", view.text("Keep the name"), kind="small"),
        kind="ec-line tight",
    )
