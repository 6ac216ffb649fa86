"""A speed model as the TOML text that ``SpeedModel.parse`` reads back to the same version."""

import json
from itertools import takewhile

from .speeds import FORMAT, Factor, SpeedModel


def model_text(model: SpeedModel, *, above: str = "") -> str:
    """Return the model as TOML; the comment lines at the top of the text ``above`` stay."""
    comments = list(takewhile(lambda line: line.startswith("#"), above.splitlines()))
    top = [*comments, f"format = {FORMAT}", f"version = {_text(model.name)}"]
    return "\n".join([*top, *(_table(factor) for factor in model.factors)]) + "\n"


def _table(factor: Factor) -> str:
    value = [_number(item) for item in factor.value]
    shown = value[0] if len(value) == 1 else f"[{', '.join(value)}]"
    lines = (
        "\n[[factor]]",
        f"key = {_text(factor.key)}",
        f"value = {shown}",
        f"unit = {_text(factor.unit)}",
        f"source = {_text(factor.source)}",
        f"clause = {_text(factor.clause)}",
        f"verified = {str(factor.verified).lower()}",
    )
    return "\n".join(lines)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _text(text: str) -> str:
    """Return a basic string: JSON's escapes are TOML's, but for the one control sign it keeps."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
