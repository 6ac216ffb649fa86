"""``cli.py drill freeze``: the package that anybody can check, once a drill is over."""

import argparse

from desks.exercise.drafts import LOG
from desks.exercise.folder import KEY_FILE
from desks.exercise.log import head, open_log
from desks.exercise.opening import revealed
from desks.exercise.packaging import freeze
from desks.exercise.review import review_of
from desks.exercise.review_document import package_review
from language import Catalogue, say
from reports.signing import fingerprint

from .drill_seal import log_of
from .drill_step import Steps, control_of, drill_step
from .key import opened_key
from .printing import print_json, print_lines


def freeze_options(steps: Steps, shared: argparse.ArgumentParser) -> None:
    """Declare ``drill freeze``; the passphrase of control's key is asked for."""
    told = "reveal the whole pool and write the signed package, once the drill is over"
    step = drill_step(steps, shared, "freeze", told)
    step.set_defaults(run=_freeze)


def _freeze(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Freeze the log and say how anybody checks the package."""
    control, number = control_of(options), options.number
    log_of(control, number)
    whole = revealed(control, number)
    told = package_review(review_of(control, number))
    key = opened_key(control.folder / KEY_FILE, catalogue)
    path = freeze(control, number, key, whole.pool, whole.nonce, review=told)
    digits = fingerprint(key.public_key())
    if options.format == "json":
        with open_log(control.drill(number) / LOG) as log:
            print_json({"package": str(path), "fingerprint": digits, "head": head(log)})
        return
    check = say("Check it: python verify_drill.py {package} --key FINGERPRINT --head HEAD",
                package=str(path))  # fmt: skip
    mend = say("Take FINGERPRINT and each HEAD from the papers, never from here.")
    print_lines(
        catalogue.word(one)
        for one in (say("Frozen. The package holds everything; check it with verify_drill."),
                    check, mend)
    )  # fmt: skip
