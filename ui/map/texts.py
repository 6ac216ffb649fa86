"""The texts of the map's own buttons and labels, in the language of the page."""

from language import Catalogue, Sentence, say

TEXTS: tuple[Sentence, ...] = (
    say("A closed area needs three corners."),
    say("All off"),
    say("All on"),
    say("Around: {distance}"),
    say("Click a named road to close it, again to open it; Esc ends."),
    say(
        "Click the corners of the closed area; double click or Enter closes it, Backspace "
        "takes one back, Esc ends.",
    ),
    say("Close a road by clicking it"),
    say("Close area"),
    say("Close road"),
    say("Close the layers"),
    say("Closed"),
    say("Closed: {name}"),
    say("Coordinates"),
    say("Data as of {date}"),
    say("Draw a closed area (C)"),
    say("Fit"),
    say("Fold the layers"),
    say("Found"),
    say("Full screen"),
    say("Further routes"),
    say("Incident"),
    say("Incident here"),
    say("Layers"),
    say("Legend"),
    say("Look"),
    say("Map tools"),
    say("Map. Arrows move, plus and minus zoom, Enter sets the incident at the cross."),
    say("Measure"),
    say("Measure a distance (right click)"),
    say("Measuring: each right click or click adds a point; Esc ends."),
    say("No named road here. Zoom in, or draw an area instead."),
    say("Nothing of that name. Try fewer characters, pinyin initials, or longitude,latitude."),
    say("Open again: {name}"),
    say("Open all"),
    say("Picture"),
    say("Route {rank}"),
    say("Sample data"),
    say("Save the map as a picture"),
    say("Saved {date}"),
    say("Show the incident and its routes"),
    say("Show the number; it is logged"),
    say("Show the whole district"),
    say("Start"),
    say("Take back all closures"),
    say("Take back the last closure"),
    say("The base map could not be read ({reason}); the rest works."),
    say("The picture could not be saved ({reason})."),
    say("The sides of the area cross; take back a corner with Backspace."),
    say("Tools"),
    say("Undo"),
    say("Where did it happen? Place, unit, pinyin, initials or coordinates"),
    say("Whole"),
    say("Zoom in"),
    say("Zoom out"),
    say("or click the map · right click measures · C draws a closure"),
    say("{count} without a position"),
)
"""Every text the JavaScript asks for by ``t("…")``; a test holds the two lists equal."""


def map_texts(catalogue: Catalogue) -> dict[str, str]:
    """Return the wording of each template, for ``Feed.texts``."""
    return {text.template: catalogue.text(text.template) for text in TEXTS}
