"""``cli.py key``: the office's key for signing reports; its fingerprint is for paper."""

import argparse
import getpass
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from geodata.faults import UserError
from language import Catalogue, Sentence, say
from reports.signing import fingerprint, grouped, is_locked, new_key, read_key

from .printing import print_json, print_lines, slip


def key_options(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Declare what ``key`` takes; a passphrase is asked for, never given as an option."""
    acts = parser.add_subparsers(required=True, metavar="ACT")
    for name, run, told in (
        ("new", _new, "make a key on this machine"),
        ("show", _show, "print the fingerprint of a key, for paper"),
    ):
        act = acts.add_parser(name, parents=[shared], help=told)
        act.add_argument("file", type=Path)
        act.set_defaults(run=run)


def _new(options: argparse.Namespace, catalogue: Catalogue) -> None:
    """Make a key; the passphrase is asked for twice on a terminal.

    Raises:
        UserError: where the two differ, or as ``new_key`` does.

    """
    passphrase = told_twice(catalogue, say("Passphrase (none: leave empty): "), "key")
    key = new_key(options.file, passphrase)
    _print(options, key, catalogue)
    if not passphrase:
        said = say("No passphrase: whoever can read the file can sign. Keep it on a stick.")
        print_lines([catalogue.word(said)])


def _show(options: argparse.Namespace, catalogue: Catalogue) -> None:
    _print(options, opened_key(options.file, catalogue), catalogue)


def told_twice(catalogue: Catalogue, asked: Sentence, command: str) -> str:
    """Return a new passphrase, typed twice on a terminal.

    Raises:
        UserError: where the two differ.

    """
    passphrase = passphrase_of(catalogue.word(asked))
    if sys.stdin.isatty() and passphrase_of(catalogue.word(say("Once more: "))) != passphrase:
        raise UserError([slip("key", "", say("The two passphrases differ."), command)])
    return passphrase


def opened_key(path: Path, catalogue: Catalogue) -> Ed25519PrivateKey:
    """Return the key of the file, after its passphrase was asked for where it has one.

    Raises:
        UserError: as ``read_key`` does.

    """
    asked = catalogue.word(say("Passphrase: "))
    return read_key(path, passphrase_of(asked) if is_locked(path) else "")


def passphrase_of(asked: str) -> str:
    """Return what is typed unseen on a terminal, else the next line of what is piped in."""
    if sys.stdin.isatty():
        return getpass.getpass(asked)
    return sys.stdin.readline().rstrip("\r\n")


def _print(options: argparse.Namespace, key: Ed25519PrivateKey, catalogue: Catalogue) -> None:
    digits = fingerprint(key.public_key())
    if options.format == "json":
        print_json({"fingerprint": digits, "algorithm": "Ed25519"})
        return
    print_lines(
        [catalogue.word(say("Fingerprint of the key, for paper:")), grouped(digits),
         catalogue.word(say("Check a report with: python verify.py REPORT.zip --key FINGERPRINT"))]
    )  # fmt: skip
