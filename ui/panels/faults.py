"""The page in place of a district that cannot be opened: what is wrong and what to run."""

from collections.abc import Iterable

from markupsafe import Markup

from geodata.faults import Fault

from .markup import View, joined


def faults_page(faults: Iterable[Fault], folder: str, view: View) -> Markup:
    """Return one line for each fault with its mend, and the command that makes a district.

    ``folder`` is where one may be made, "" where that would overwrite a district.
    """
    rows = joined(
        Markup("<li><b>{}</b> {} <span>{}</span></li>").format(
            fault.file, view.word(fault.problem), view.word(fault.mend)
        )
        for fault in faults
    )
    return Markup('<main class="fault card"><h2>✕ {}</h2><ul>{}</ul>{}</main>').format(
        view.text("The district cannot be shown"), rows, _command(folder, view) if folder else ""
    )


def _command(folder: str, view: View) -> Markup:
    return Markup("<p>{}</p><pre>{}</pre>").format(
        view.text("To make the sample district, run this and load the page again:"),
        f"python cli.py sample {folder}",
    )


def fault_lines(faults: Iterable[Fault], view: View) -> Markup:
    """Return every fault as a line with its mend, above what it stopped."""
    return fault_list(view.text("Nothing was written"), faults, view)


def fault_list(title: str, faults: Iterable[Fault], view: View) -> Markup:
    """Return the faults as lines with their mends, under what they mean together."""
    rows = joined(
        Markup("<li>{} <span>{}</span></li>").format(
            view.word(fault.problem), view.word(fault.mend)
        )
        for fault in faults
    )
    return Markup('<div class="said bad" role="alert"><b>✕ {}</b><ul>{}</ul></div>').format(
        title, rows
    )
