"""What the papers of an exercise call its types, its states and its heads."""

from collections.abc import Mapping

from language import Sentence, say

TYPE_SAID: Mapping[str, Sentence] = {
    "regular": say("Regular drill"),
    "double_blind": say("Double-blind drill"),
    "surprise": say("Surprise inspection"),
    "assembly": say("Assembly and evacuation"),
    "contest": say("Skills contest"),
    "tabletop": say("Table-top exercise"),
}
PHASE_SAID: Mapping[str, Sentence] = {
    "opened": say("not begun"),
    "running": say("running"),
    "paused": say("paused"),
    "ended": say("ended"),
    "aborted": say("aborted: a real emergency"),
}
WHAT_SAID: Mapping[str, Sentence] = {
    "seal": say("sealing"),
    "start": say("start"),
    "end": say("end"),
    "draw": say("draw"),
}
