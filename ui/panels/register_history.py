"""A record's story, what changed between two dates, and an edit that came too late."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .acts import button, segments
from .markup import View, joined, tag


@dataclass(frozen=True)
class Change:
    """One column before and after; "" is empty."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Chapter:
    """One event of a record: when (local time), who, what in a sentence, why, and its link."""

    when: str
    who: str
    what: str
    why: str
    changes: tuple[Change, ...]
    post: str
    seq: int
    hash: str


def story(name: str, chapters: Sequence[Chapter], view: View, *, back: bool = False) -> Markup:
    """Return the story of a record, the latest first, every chapter with its place in the chain."""
    if not chapters:
        return Markup('<section class="story card"><p class="empty">{}</p></section>').format(
            view.text("Nothing is recorded yet. Every change from now on stands here for good.")
        )
    return Markup(
        '<section class="story card"><header><h2>{}<span class="n">{}</span></h2>{}</header>'
        '<ol class="scroll" data-keep="story">{}</ol></section>'
    ).format(
        name,
        view.text("{count:,} entries, the latest first · none can be changed", count=len(chapters)),
        button("back", "‹ " + view.text("Record")) if back else "",
        joined(_chapter(chapter, view) for chapter in reversed(chapters)),
    )


def _chapter(chapter: Chapter, view: View) -> Markup:
    why = (
        Markup('<p class="why">{}</p>').format(view.text("Why: {why}", why=chapter.why))
        if chapter.why
        else Markup('<p class="why mut">{}</p>').format(view.text("No reason was given."))
    )
    return Markup(
        '<li><div class="when"><b>{when}</b><span>{who}</span></div><div><p class="what">{what}</p>'
        '{why}{changes}<p class="chain">{link}</p></div></li>'
    ).format(
        when=chapter.when,
        who=chapter.who,
        what=chapter.what,
        why=why,
        changes=_changes(chapter.changes, view),
        link=view.text(
            "post {post} · no. {seq} · {hash}",
            post=chapter.post, seq=chapter.seq, hash=chapter.hash[:16],
        ),
    )  # fmt: skip


def _changes(changes: Sequence[Change], view: View) -> Markup:
    if not changes:
        return Markup("")
    return Markup("<dl>{}</dl>").format(
        joined(
            Markup('<dt>{}</dt><dd><s>{}</s><i aria-hidden="true">→</i><b>{}</b></dd>').format(
                change.title,
                change.before or view.text("empty"),
                change.after or view.text("empty"),
            )
            for change in changes
        )
    )


@dataclass(frozen=True)
class Clash:
    """One column three times: as it was seen, as it is wanted, as someone else has made it."""

    title: str
    seen: str
    mine: str
    theirs: str


def clash_card(name: str, who: str, columns: Sequence[Clash], view: View) -> Markup:
    """Return both edits side by side; nothing was written, and one press tries again."""
    rows = joined(
        Markup("<tr{}><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            Markup(' class="both"') if _both(one) else "",
            one.title,
            one.seen or "—",
            one.mine or "—",
            one.theirs or "—",
            tag("✕ " + view.text("both changed it"), "bad") if _both(one) else "",
        )
        for one in columns
    )
    return Markup(
        '<section class="clash card" role="alert"><h2>{}<span class="n">{}</span></h2>'
        '<div class="scroll"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th>'
        "<th>{}</th><th></th></tr></thead><tbody>{}</tbody></table></div>"
        '<div class="foot">{}{}</div></section>'
    ).format(
        view.text("“{name}” was changed meanwhile", name=name),
        view.text("by {who}; your edit was not written and nothing is lost", who=who)
        if who
        else view.text("your edit was not written and nothing is lost"),
        view.text("Column"),
        view.text("When you opened it"),
        view.text("Yours"),
        view.text("Now on file"),
        rows,
        button("retry", view.text("Write mine over what is now on file"), kind="primary"),
        button("drop", view.text("Keep what is on file")),
    )


def _both(one: Clash) -> bool:
    return one.mine != one.seen and one.theirs not in {one.seen, one.mine}


@dataclass(frozen=True)
class LogLine:
    """One event of the whole register in a line: when, who, what, of which record, why."""

    when: str
    who: str
    what: str
    record: str
    why: str
    key: str
    hash: str


def log(lines: Sequence[LogLine], head: str, view: View) -> Markup:
    """Return the latest events of all registers; the title carries the end of the chain."""
    heads = (
        view.text("When"), view.text("Who"), view.text("What"), view.text("Record"),
        view.text("Why"), view.text("Hash"),
    )  # fmt: skip
    body = joined(
        Markup(
            '<tr data-act="story" data-value="{}" tabindex="0"><td class="num">{}</td><td>{}</td>'
            "<td>{}</td><td>{}</td><td>{}</td><td><code>{}</code></td></tr>"
        ).format(line.key, line.when, line.who, line.what, line.record, line.why, line.hash[:10])
        for line in lines
    )
    return Markup(
        '<section class="log card"><header><h2>{}<span class="n">{}</span></h2></header>'
        '<div class="scroll" data-keep="log"><table><thead><tr>{}</tr></thead><tbody>{}</tbody>'
        "</table></div></section>"
    ).format(
        view.text("All changes"),
        view.text("end of the chain {head}", head=head)
        if head
        else view.text("nothing is recorded"),
        joined(Markup("<th>{}</th>").format(one) for one in heads),
        body,
    )


def history_views(chosen: str, view: View) -> Markup:
    """Return the choice of what is looked back at."""
    options = [
        ("log", view.text("All changes")),
        ("differences", view.text("Between two days")),
        ("posts", view.text("Two posts")),
        ("proof", view.text("Proof and another day")),
    ]
    return Markup('<div class="views">{}</div>').format(segments("history_view", options, chosen))
