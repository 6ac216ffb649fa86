"""Which edition of a paper is written, for whom, and what every paper of this program states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pyproj import CRS

from desks.folder import CODE_VERSION
from desks.onemap import OneMap
from desks.register.counts import units_of
from geodata.faults import Fault, UserError
from language import Catalogue, Sentence, say

from .paper import Audience, Block, Heading, Paper, Paragraph
from .wording import clean


@dataclass(frozen=True)
class Edition:
    """For whom a paper is written, and what only a person can state about it.

    ``subdistricts`` are codes, none for the whole district; ``day`` is an ISO date, "" for the day
    of the registers; ``review_no`` is 审图号 and ``secrecy`` the marking, "" where not stated.
    """

    words: Catalogue
    audience: Audience = "internal"
    issuer: str = ""
    day: str = ""
    subdistricts: tuple[str, ...] = ()
    review_no: str = ""
    secrecy: str = ""

    @property
    def is_public(self) -> bool:
        """Return whether anyone may read it."""
        return self.audience == "public"

    @property
    def is_chinese(self) -> bool:
        """Return whether Chinese titles are used."""
        return self.words.language == "zh"

    def name(self, zh: str, en: str) -> str:
        """Return the one of two titles that is in the paper's language."""
        return zh if self.is_chinese else en

    def holds(self, subdistrict: str) -> bool:
        """Return whether the paper speaks of the subdistrict of that code."""
        return not self.subdistricts or subdistrict in self.subdistricts


def require_subdistricts(onemap: OneMap, edition: Edition) -> None:
    """Do nothing where every chosen subdistrict is one of the district.

    Raises:
        UserError: with every code that is none: a paper about nothing would read as “all well”.

    """
    known = {code for code, _ in units_of(onemap)}
    faults = [
        Fault("", say("No subdistrict has this code."), say("Give another code."), value=code[:60])
        for code in edition.subdistricts
        if code not in known
    ]
    if faults:
        raise UserError(faults)


def district_said(onemap: OneMap, edition: Edition) -> str:
    """Return what the paper is about: the district, or the names of the chosen subdistricts."""
    whole = edition.name(onemap.name_zh, onemap.name_en)
    names = dict(units_of(onemap))
    chosen = [names[code] for code in edition.subdistricts]
    if not chosen:
        return whole
    joined = ("、" if edition.is_chinese else ", ").join(chosen)
    return f"{whole}{joined}" if edition.is_chinese else f"{joined}, {whole}"


def day_of(onemap: OneMap, edition: Edition) -> str:
    """Return the paper's day as an ISO date: the stated one, or that of the registers."""
    return edition.day or (onemap.as_of.isoformat() if onemap.as_of else "")


def paper_of(
    onemap: OneMap,
    edition: Edition,
    key: str,
    title: Sentence,
    blocks: Sequence[Block],
    facts: Mapping[str, str],
) -> Paper:
    """Return the paper with what every one states: datum, state of the registers, versions."""
    return Paper(
        key=key,
        title=title,
        district_zh=clean(onemap.name_zh),
        district_en=clean(onemap.name_en),
        issuer=clean(edition.issuer),
        day=day_of(onemap, edition),
        audience=edition.audience,
        words=edition.words,
        blocks=tuple(blocks),
        crs=onemap.crs,
        stamp=onemap.stamp,
        sample=onemap.sample,
        facts=MappingProxyType({**_common_facts(onemap, edition), **facts}),
        review_no=clean(edition.review_no),
        secrecy=clean(edition.secrecy),
    )


def _common_facts(onemap: OneMap, edition: Edition) -> Mapping[str, str]:
    return {
        "stamp": onemap.stamp,
        "registers_as_of": onemap.as_of.isoformat() if onemap.as_of else "",
        "crs": f"{onemap.crs} {CRS(onemap.crs).name}",
        "datum": str(CRS(onemap.crs).geodetic_crs.name),  # type: ignore[union-attr]
        "speed_model": onemap.speed_model.version,
        "code_version": CODE_VERSION,
        "audience": edition.audience,
        "subdistricts": " ".join(edition.subdistricts),
    }


def closing(paper_facts: Mapping[str, str], cautions: Sequence[Sentence]) -> tuple[Block, ...]:
    """Return the last chapters: what to mind, what the figures rest on, and who signs."""
    said = tuple(dict.fromkeys(cautions)) or (say("None."),)
    basis = (
        say("Coordinates: {crs}. Registers as of {day}.", crs=paper_facts["crs"],
            day=paper_facts["registers_as_of"] or "—"),
        say("Stamp of the map {stamp}, speed model {model}, program {version}.",
            stamp=paper_facts["stamp"], model=paper_facts["speed_model"],
            version=paper_facts["code_version"]),
    )  # fmt: skip
    return (
        Heading(1, say("Cautions")),
        *(Paragraph((one,)) for one in said),
        Heading(1, say("Basis")),
        Paragraph(basis),
        Heading(1, say("Signatures")),
        Paragraph((say("Prepared by:                Date:"),)),
        Paragraph((say("Checked by:                Date:"),)),
        Paragraph((say("Approved by:                Date:"),)),
    )


def facts_of(onemap: OneMap, edition: Edition) -> Mapping[str, str]:
    """Return what every paper states, by key."""
    return _common_facts(onemap, edition)
