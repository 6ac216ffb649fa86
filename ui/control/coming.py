"""What came of an act on control's page, and how it is said."""

from dataclasses import dataclass

from markupsafe import Markup

from geodata.faults import Fault
from language import Sentence
from ui.panels.faults import fault_list
from ui.panels.markup import View, joined

from .board import Download


@dataclass(frozen=True)
class Done:
    """What came of an act: what is said above the work, and a file for the hand."""

    said: str = ""
    download: Download | None = None


def done(view: View, *said: Sentence, download: Download | None = None) -> Done:
    """Return that it is done, in a sentence for each thing to know."""
    lines = joined(Markup("<p>✓ {}</p>").format(view.word(one)) for one in said)
    return Done(Markup('<div class="said" role="status">{}</div>').format(lines), download)


def warned(view: View, *said: Sentence) -> Markup:
    """Return what is to be known though nothing failed, nothing where there is none."""
    lines = joined(Markup("<p>▲ {}</p>").format(view.word(one)) for one in said)
    return Markup('<div class="said warn" role="status">{}</div>').format(lines) if lines else lines


def lacking(view: View, *faults: Fault) -> Markup:
    """Return what could not be done of an act that was done else, nothing where all was."""
    if not faults:
        return Markup("")
    return fault_list(view.text("Not all was taken"), faults, view)
