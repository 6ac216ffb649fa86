"""The evidence as a person reads it: shares of rows and median metres beside the weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from language import Sentence

from .forensics_evidence import SILENT, Finding, Floats, Kind, Named, Near, Source
from .forensics_sources import Gathered
from .forensics_wording import evidence_said


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence: a figure for each reading, and how many rows speak.

    ``scores`` are shares of rows (kind ``stated``) or median metres; ``weights`` log-likelihoods
    against the best reading, 0 for the best.
    """

    kind: Kind
    scores: Mapping[str, float]
    weights: Mapping[str, float]
    count: int
    said: Sentence


def evidence_of(
    gathered: Gathered, findings: Sequence[Finding], names: Sequence[str]
) -> tuple[Evidence, ...]:
    """Return each telling kind of evidence with its figures for the readings of these names."""
    found = []
    for source, finding in zip(gathered.sources, findings, strict=True):
        if not finding.telling:
            continue
        weight = finding.scores[: len(names)]
        found.append(
            Evidence(
                finding.kind,
                _rounded(names, _figures(gathered, source, finding, len(names)), 3),
                _rounded(names, weight - weight.max(), 2),
                finding.telling,
                evidence_said(finding.kind, finding.telling),
            )
        )
    return tuple(found)


def _figures(gathered: Gathered, source: Source, finding: Finding, readings: int) -> Floats:
    """Return the share of matching rows, or the median distance in metres, of each reading."""
    rows = finding.codes[:, 0] != SILENT
    if finding.kind == "stated":
        return np.asarray((finding.codes[rows, :readings] == 1).mean(axis=0))
    if isinstance(source, Near):
        return np.asarray(np.median(source.distance_m[rows, :readings], axis=0))
    if not isinstance(source, Named):
        return np.full(readings, np.nan)
    offset = gathered.xy_m[rows, :readings] - source.anchors_m[rows, None]
    return np.asarray(np.median(np.hypot(offset[..., 0], offset[..., 1]), axis=0))


def _rounded(names: Sequence[str], values: Floats, digits: int) -> dict[str, float]:
    return {n: round(float(v), digits) for n, v in zip(names, values, strict=True)}
