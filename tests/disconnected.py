"""Runs commands of the terminal and tells every reach for a network: ``-m tests.disconnected``.

Reads a JSON list of commands (lists of arguments) and prints a JSON object: the exit code of each
and what asked for a network. Sockets between processes of this machine are no network.
"""

import contextlib
import io
import json
import sys

import cli

REACHING = frozenset(
    {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname",
     "urllib.Request", "ftplib.connect", "smtplib.connect"}
)  # fmt: skip


def main() -> int:
    """Return 0 once every command was run, whatever became of it."""
    reached: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in REACHING:
            reached.append(f"{event} {arguments[1:]!r}")

    sys.addaudithook(watch)
    codes, said = [], []
    for arguments in json.load(sys.stdin):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            codes.append(cli.main(arguments))
        said.append(out.getvalue())
    json.dump({"codes": codes, "said": said, "reached": reached}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
