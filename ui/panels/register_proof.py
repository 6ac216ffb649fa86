"""The proof that nothing was changed behind the program's back, and the head to keep on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .markup import View, joined, tag

GROUP = 8


@dataclass(frozen=True)
class HeadLine:
    """The end of this post's chain, with its day and hour on the district's clock."""

    post: str
    seq: int
    hash: str
    at: str


def proof_card(
    head: HeadLine, lines: Sequence[str], paper: str, view: View, *, good: bool | None
) -> Markup:
    """Return the head to write down, in groups, and what the last proof found."""
    groups = " ".join(head.hash[n : n + GROUP] for n in range(0, len(head.hash), GROUP))
    return Markup(
        '<div class="sw-live"><section class="proofs card"><header><h2>{}<span class="n">{}</span>'
        '</h2>{}</header><p class="head">{}</p><p class="mut">{}</p>'
        '<ul class="scroll">{}</ul></section></div>'
    ).format(
        view.text("Head of the chain"),
        view.text("post {post} · event {seq:,} · {at}", post=head.post, seq=head.seq, at=head.at),
        _verdict(view, good=good),
        groups,
        view.text(
            "Print it or copy it down and keep it on paper: whoever changes an earlier event "
            "changes this line."
        ),
        joined(Markup("<li>{}</li>").format(line) for line in (paper, *lines) if line),
    )


def _verdict(view: View, *, good: bool | None) -> Markup:
    if good is None:
        return tag(view.text("not proven in this session"))
    return (
        tag("✓ " + view.text("intact"), "ok") if good else tag("✕ " + view.text("changed"), "bad")
    )
