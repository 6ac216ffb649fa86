"""Where people go: shelters that are safe and not, their room, and who walks to which."""

from collections.abc import Sequence

from markupsafe import Markup

from desks.command.answers import Evacuation, Order, Refuge, Walk

from .markup import View, distance, duration, fly
from .tile import Lines, opener, tile

LISTED = 24
"""Shelters that the tile's list names: hundreds of lines would keep the screen waiting."""


def shelters_tile(evacuation: Evacuation, view: View) -> Markup:
    """Return the shelters, those with people sent there first, and whether they are enough."""
    safe = sum(refuge.safe for refuge in evacuation.refuges)
    lost = len(evacuation.refuges) - safe
    walks = _quickest(evacuation.walks)
    ordered = sorted(
        evacuation.refuges,
        key=lambda refuge: (not refuge.safe, -refuge.assigned_people, refuge.layer, refuge.id),
    )
    return tile(
        view.text("Shelters"),
        Markup('<b class="ok">✓{}</b> <b class="bad">✕{}</b>').format(safe, lost),
        _lines(ordered, walks, view),
        view.text("No shelter is registered in this district"),
        view,
        _foot(evacuation, view),
    )


def _lines(ordered: Sequence[Refuge], walks: dict[str, int], view: View) -> Lines:
    """Return a line for each shelter; of very many those people go to, then some of each other."""
    if len(ordered) <= LISTED:
        return Lines([_refuge(refuge, walks, view) for refuge in ordered])
    used = [one for one in ordered if one.assigned_people]
    lost = [one for one in ordered if not one.safe]
    idle = [one for one in ordered if one.safe and not one.assigned_people]
    room = max(LISTED - len(used), 2)
    kept = [*used, *idle[: room // 2], *lost[: room - room // 2]]
    more = (max(len(idle) - room // 2, 0), max(len(lost) - (room - room // 2), 0))
    said = Markup('<p class="why-not">{}</p>').format(
        view.text(
            "{idle} more are safe and nobody is sent there, {lost} more are not safe: the map"
            " shows all.",
            idle=more[0],
            lost=more[1],
        )
    )
    return Lines([*(_refuge(refuge, walks, view) for refuge in kept), said], sum(more))


def _quickest(walks: Sequence[Walk]) -> dict[str, int]:
    """Return the longest walk to each shelter in seconds: the last is waited for."""
    longest: dict[str, int] = {}
    for walk in walks:
        longest[walk.shelter_id] = max(longest.get(walk.shelter_id, 0), walk.walk_s)
    return longest


def _refuge(refuge: Refuge, walks: dict[str, int], view: View) -> Markup:
    if not refuge.safe:
        reason = view.word(refuge.reason) if refuge.reason else view.text("not safe")
        right = Markup('<span class="bad" title="{0}">{0}</span>').format(reason)
    elif refuge.capacity_people is None:
        right = Markup('<span class="warn">▲ {}</span>').format(view.text("capacity unknown"))
    else:
        left = view.text("{left:,} left", left=refuge.capacity_people - refuge.assigned_people)
        walk = walks.get(refuge.id)
        right = Markup("<span>{}{}</span>").format(left, f" · {duration(walk)}" if walk else "")
    mark = Markup('<b class="{}">{}</b>').format(*(("ok", "✓") if refuge.safe else ("bad", "✕")))
    return Markup(
        '<div class="li">{mark}<span class="f two"{fly}><span title="{name}">{name}</span>'
        '<span class="mut">{space}</span></span>{right}</div>'
    ).format(
        mark=mark, fly=fly(view, refuge.at), name=refuge.name, space=view.choice(refuge.space),
        right=right,
    )  # fmt: skip


def enough(evacuation: Evacuation, view: View) -> tuple[bool, str]:
    """Return whether every evacuee has a place, and by how many it is enough or short."""
    missing = evacuation.demand_people - evacuation.placed_people
    if missing > 0:
        return False, view.text("short of {people:,} places within a walk", people=missing)
    return True, view.text("enough, {people:,} to spare", people=evacuation.spare_people)


def _foot(evacuation: Evacuation, view: View) -> Markup:
    """Return whether it is enough; where it is not, a press lists who has no place."""
    good, text = enough(evacuation, view)
    said = Markup('<b class="{}">{} {}</b>').format(
        "ok" if good else "bad", "✓" if good else "✕", text
    )
    return Markup('<div class="foot">{}{}</div>').format(
        _short(evacuation, said, view) if evacuation.short else said, _moves(evacuation, view)
    )


def _moves(evacuation: Evacuation, view: View) -> Markup:
    """Return how many communities leave and stay; a press says which and why, and who walks where.

    Both lists open by one press: the tile's last line has no room for two.
    """
    orders, walks = _orders(evacuation.orders, view), _walks(evacuation)
    if not orders:
        who = view.text("who walks where")
        return opener(who, view.text("Who walks where"), walks) if walks else Markup("")
    leaving = sum(order.leaves for order in evacuation.orders)
    title = view.text(
        "leave {leaving} · stay {staying}", leaving=leaving, staying=len(orders) - leaving
    )
    if walks:
        walks.insert(0, Markup('<b class="title">{}</b>').format(view.text("Who walks where")))
    return opener(title, view.text("Leave or stay indoors, by community"), [*orders, *walks])


def _orders(orders: Sequence[Order], view: View) -> list[Markup]:
    """Return a line for each community: whether it leaves or stays indoors, and why."""
    return [
        Markup(
            '<div class="li"><span class="f two"><span title="{name}">{name}</span>'
            '<span class="mut" title="{why}">{why}</span></span><span>{people:,}</span>'
            "<b>{order}</b></div>"
        ).format(
            name=order.community,
            why=view.word(order.reason),
            people=order.people,
            order=view.text("leave") if order.leaves else view.text("stay indoors"),
        )
        for order in sorted(orders, key=lambda order: (not order.leaves, order.community_code))
    ]


def _walks(evacuation: Evacuation) -> list[Markup]:
    names = {refuge.id: refuge.name for refuge in evacuation.refuges}
    return [
        Markup(
            '<div class="li"><span class="f">{} → {}</span><span>{} · {}</span><b>{:,}</b></div>'
        ).format(
            walk.community,
            names.get(walk.shelter_id, walk.shelter_id),
            distance(walk.distance_m),
            duration(walk.walk_s),
            walk.people,
        )
        for walk in evacuation.walks
    ]


def _short(evacuation: Evacuation, said: Markup, view: View) -> Markup:
    rows = [
        Markup('<div class="li"><span class="f">{}</span><b class="bad">{:,}</b></div>').format(
            community, people
        )
        for community, _, people in evacuation.short
    ]
    return opener(said, view.text("Communities without places"), rows)
