"""The door of the benchmarks: ``python -m benchmarks SUBJECT``, as named below."""

import importlib
import sys

SUBJECTS = {
    "routing": "benchmarks.routing_tasks",
    "click": "benchmarks.click",
    "register": "benchmarks.register",
    "districts": "benchmarks.districts",
    "adversary": "benchmarks.adversary",
    "planning": "benchmarks.planning",
}


def main(arguments: list[str]) -> int:
    """Run the benchmark named first with the other arguments; return its exit code."""
    if not arguments or arguments[0] not in SUBJECTS:
        print(f"usage: python -m benchmarks {'|'.join(SUBJECTS)} …", file=sys.stderr)
        return 2
    code: int = importlib.import_module(SUBJECTS[arguments[0]]).main(arguments[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
