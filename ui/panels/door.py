"""What stands in place of the program: why it shows no page here, or that one must log in."""

from collections.abc import Iterable

from markupsafe import Markup

from geodata.faults import Fault
from language import Sentence

from .markup import View, joined


def refusal(faults: Iterable[Fault], view: View) -> Markup:
    """Return why the program shows nothing on this address, each reason with its mend."""
    rows = joined(
        Markup("<li><b>{}</b> {} <span>{}</span></li>").format(
            fault.file, view.word(fault.problem), view.word(fault.mend)
        )
        for fault in faults
    )
    return Markup('<main class="fault card"><h2>✕ {}</h2><ul>{}</ul></main>').format(
        view.text("Nothing is shown to others on this network"), rows
    )


def door(said: Sentence, view: View) -> Markup:
    """Return what stands above the button to log in."""
    return Markup('<div class="door"><h1>{}</h1><p>{}</p></div>').format(
        view.text("Shouwang"), view.word(said)
    )
