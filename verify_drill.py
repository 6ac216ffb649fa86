"""Was a drill honest? python verify_drill.py PACKAGE --key FINGERPRINT [--head HEAD ...]

FINGERPRINT (SHA-256 of control's Ed25519 public key) and HEADs (of the log) stand on the papers:
take them from there, never from the package. Exit code 0: confirmed, 1: refuted, 2: unusable. What
is checked stands between the two rules, to be read aloud: each step yields (is it wrong, which
sentence, its values). The sentences stand at the end.
"""

import argparse
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GENESIS, HEX, MOST_BYTES, MOST_FILES, SHOWN, TWO = "0" * 64, 64, 1 << 28, 1000, 5, 2
FILES, OVER = ["log.jsonl", "opened.json", "review.json", "sealed.json"], ("ended", "aborted")
moment, SLACK = datetime.fromisoformat, timedelta(minutes=1)
FORM: Any = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":"), "allow_nan": False}
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
Checks = Iterator[tuple[Any, ...]]


class RefutedError(ValueError):
    """What leaves nothing more to check: which sentence, and its values."""


class Line(NamedTuple):
    """A line of the log: number, link of the chain, hash before it, when, what, whose, details."""

    number: int
    link: dict[str, Any]
    before: str
    at: datetime
    kind: str
    key: str
    told: dict[str, Any]


class Drill(NamedTuple):
    """What the package holds, and the heads that the reader took from paper."""

    files: dict[str, bytes]
    manifest: dict[str, Any]
    signer: str
    lines: list[Line]
    sealed: dict[str, Any]
    opened: dict[str, Any]
    heads: Sequence[str]

    def of(self, *kinds: str) -> list[Line]:
        """Return the lines of these kinds."""
        return [line for line in self.lines if line.kind in kinds]

    def one(self, *kinds: str) -> Line:
        """Return the only line of these kinds."""
        found = self.of(*kinds)
        require(len(found) == 1, "one", "/".join(kinds), len(found))
        return found[0]

    def start(self) -> Line:
        """Return the line of the start, or of the abort that came before it."""
        return self.one("started" if self.of("started") else "aborted")

    def draws(self) -> list[list[Line]]:
        """Return the lines of each draw, its sealing first."""
        found: list[list[Line]] = []
        for line in self.of("sealed", "committed", "revealed", "voided", "drawn"):
            found += [[]] if line.kind == "sealed" or not found else []
            found[-1].append(line)
        return found


def require(good: object, *told: object) -> None:
    """Go no further unless it is good."""
    if not good:
        raise RefutedError(*told)


def sha(data: bytes) -> str:
    """Return the 64 hex digits of SHA-256."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """Return the one JSON text of a value: keys sorted, no blanks, no NaN."""
    return json.dumps(value, **FORM).encode()


def read(name: str, raw: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a JSON text that is written in its one form."""
    try:
        value = json.loads(raw)
        good = canonical(value) + b"\n" == raw
    except (ValueError, RecursionError):
        good = False
    require(good, "json", name)
    return value


def signed(public: str, signature: str, data: bytes) -> bool:
    """Return whether the key signed the data."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def archive(files: dict[bytes, bytes]) -> bytes:
    """Return the one ZIP that these files make: stored, sorted, fixed times, nothing else."""
    bodies, entries, at = [], [], 0
    for name, data in sorted(files.items()):
        shape = (20, 0, 0, 0, 33, zlib.crc32(data), len(data), len(data), len(name), 0)
        bodies += [struct.pack("<4s5H3L2H", b"PK\3\4", *shape), name, data]
        entries += [struct.pack("<4s6H3L5H2L", b"PK\1\2", 788, *shape, 0, 0, 0, 0o644 << 16, at)]
        entries += [name]
        at += 30 + len(name) + len(data)
    sizes = (len(files), len(files), sum(map(len, entries)), at, 0)
    return b"".join([*bodies, *entries, struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *sizes)])


def unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the files by name; together they must make these very bytes again."""
    files: dict[bytes, bytes] = {}
    at = 0
    while raw[at : at + 4] == b"PK\3\4" and at + 30 <= len(raw) and len(files) < MOST_FILES:
        size, length = struct.unpack_from("<LH", raw, at + 22)
        start = at + 30 + length
        name = raw[at + 30 : start]
        require(re.fullmatch(rb"[a-z0-9][a-z0-9._-]{0,99}", name), "name", name)
        require(name not in files, "twice", name)
        files[name] = raw[start : start + size]
        at = start + size
    require(archive(files) == raw, "bytes")
    return {name.decode(): data for name, data in files.items()}


def drill_of(raw: bytes, key: str, heads: Sequence[str]) -> Drill:
    """包由纸上的钥匙签名，字节无改。 The key on paper signed the package, and every byte stands."""
    files = unpacked(raw)
    text, line = files.pop("manifest.json", b""), files.pop("signature.txt", b"")
    found = re.fullmatch(r"([0-9a-f]{64})\n([0-9a-f]{128})\n", line.decode("latin-1"))
    by, signature = found.groups() if found else ("", "")
    require(sha(bytes.fromhex(by)) == key, "key")
    require(signed(by, signature, b"shouwang drill package 1\n" + text), "signature")
    manifest = read("manifest.json", text)
    require(manifest["files"] == {name: sha(data) for name, data in files.items()}, "files")
    plain = sorted(n for n in files if not re.fullmatch(r"evaluator-[1-9][0-9]*\.json", n))
    require([*plain, manifest["kind"]] == [*FILES, "shouwang drill"], "foreign", ", ".join(plain))
    opened, _, sealed = (read(name, files[name]) for name in FILES[1:])
    lines: list[Line] = []
    for n, row in enumerate(files["log.jsonl"].splitlines(keepends=True), 1):
        link = read(f"log.jsonl:{n}", row)
        before, body = lines[-1].link["hash"] if lines else GENESIS, link["body"]
        at, *about = moment(body["at"]), body["kind"], body["id"], body["after"]
        lines.append(Line(n, link, before, at, *about))
    return Drill(files, manifest, by, lines, sealed, opened, heads)


# ------------------------------------------------------------------------ what is checked
def log_checks(drill: Drill) -> Checks:
    """日志完整、编号连续、时间不倒退。 The log is unbroken and numbered; no time runs backwards."""
    seq, head, post, newest = 0, GENESIS, "", drill.lines[0].at
    for line in drill.lines:
        n, link, body = line.number, line.link, line.link["body"]
        if line.kind == "copy" and body["post"] != post:  # a copied file goes on by itself
            yield line.told["heads"].get(post) != [seq, head], "copied", n
            seq, head = 0, GENESIS
        yield (link["seq"], body["seq"]) != (seq + 1, seq + 1), "numbered", n, seq + 1
        yield link["previous"] != head, "follows", n
        yield link["hash"] != sha(f"{link['previous']}\n".encode() + canonical(body)), "changed", n
        yield line.at < newest, "backwards", n, (newest - line.at).total_seconds()
        seq, head, post, newest = link["seq"], link["hash"], body["post"], line.at
    yield (drill.manifest["head"], drill.manifest["entries"]) != (head, len(drill.lines)), "end"


def paper_checks(drill: Drill) -> Checks:
    """打印的摘要都在其位，纸上的也是。 Each printed head stood there, each on paper was printed."""
    after = {"seal": ("sealed",), "draw": ("committed",), "start": ("drawn", "opened"), "end": OVER}
    printed = drill.of("printed")
    for line in printed:
        n, what = line.number, line.told["what"]
        yield line.told["head"] != line.before, "forged", n
        yield not {x.kind for x in drill.lines[:n]} & {*after.get(what, "")}, "misplaced", n, what
    for head in drill.heads:
        yield head not in [line.told["head"] for line in printed], "paper", head[:8]


def seal_checks(drill: Drill) -> Checks:
    """情景池在抽签和 T0 之前承诺并打印。 The pool was committed to on paper before draw and T0."""
    draw, pool, envelope = drill.draws()[-1], drill.opened["pool"], dict(drill.sealed)
    told, opened, signature = draw[0].told, drill.one("opened").told, envelope.pop("signature")
    promise = sha(bytes.fromhex(drill.opened["nonce"]) + canonical(pool))
    yield not promise == told["commitment"] == envelope["commitment"], "commitment"
    sealed, made = sha(drill.files["sealed.json"]), b"shouwang drill 1\n" + canonical(envelope)
    yield not sealed == told["envelope"] == opened["envelope"], "envelope"
    yield not drill.signer == envelope["signer"] == told["signer"], "signer"
    yield not signed(drill.signer, signature, made), "signer"
    name = (drill.manifest["drill"], envelope["type"])
    yield not name == (pool["drill"], pool["type"]) == (envelope["drill"], name[1]), "replayed"
    t0, begun = moment(pool["t0"]), [*draw, drill.one("opened")][1].number
    papers = [one for one in drill.of("printed") if draw[0].number < one.number < begun]
    yield not any(one.at < t0 for one in papers), "unprinted"
    yield max(draw[0].at, moment(envelope["sealed_at"])) >= t0, "late"


def draw_checks(drill: Drill) -> Checks:
    """先全部承诺、后揭示，无人缺席。 All committed before the first revealed; none is missing."""
    draws, pool = drill.draws(), drill.opened["pool"]["scenarios"]
    for number, draw in enumerate(draws, 1):
        last, kinds = draw[-1], [line.kind for line in draw]
        yield kinds[0] != "sealed", "unsealed", last.number
        over = ("drawn",) if len(pool) > 1 else ("drawn", "sealed")  # one scenario needs no draw
        yield number == len(draws) and last.kind not in over, "undrawn", last.number
        left = number < len(draws) and last.kind != "voided"
        yield left or {"voided", "drawn"} & {*kinds[:-1]}, "again", last.number
        yield from throw_checks(draw, number)


def throw_checks(draw: Sequence[Line], number: int) -> Checks:
    """Yield what is wrong with the commitments and reveals of one draw, void or not."""
    commits: dict[str, str] = {}
    missing: list[str] = []
    for line in draw[1:]:
        n, told, name = line.number, line.told, line.told.get("name", "")
        if line.kind == "committed":
            yield len(missing) < len(commits), "after_reveal", n, name
            yield name in commits or told["commit"] in commits.values(), "commit_twice", n, name
            commits[name] = told["commit"]
            missing.append(name)
        elif line.kind == "revealed":
            made = bytes.fromhex(told["nonce"]) + told["value"].encode()
            good = commits.get(name) == sha(b"shouwang commit 1\n" + made)
            yield not good or len(told["nonce"]) != HEX, "other_value", n, name
            yield good and name not in missing, "reveal_twice", n, name
            missing = [one for one in missing if one != name]
        elif line.kind == "voided":
            yield (told["names"], told["count"]) != (missing, number) or not missing, "void", n
        else:
            yield missing, "missing", n, ", ".join(missing)
            same = [told["values order"], told["digest_input"]]
            good = bool(missing) or same == [list(commits), sha(thrown(draw))]
            yield not good or len(commits) < TWO, "order", n


def thrown(draw: Sequence[Line]) -> bytes:
    """Return the values as one, in the order of the commitments, each behind its length."""
    values = {line.told["name"]: line.told["value"] for line in draw if line.kind == "revealed"}
    held = [values[line.told["name"]].encode() for line in draw if line.kind == "committed"]
    return b"".join(struct.pack(">L", len(value)) + value for value in held)


def pick_checks(drill: Drill) -> Checks:
    """打开的就是按规则抽中的情景。 The scenario opened follows from seed and values."""
    told, pool, values = drill.one("opened").told, drill.opened["pool"], thrown(drill.draws()[-1])
    size, counter, number = len(pool["scenarios"]), -1, 2**256
    while number >= 2**256 // size * size:  # what would favour the first scenarios is passed over
        counter += 1
        whole = bytes.fromhex(pool["seed"]) + struct.pack(">L", counter) + values
        number = int(sha(b"shouwang draw 1\n" + whole), 16)
    index = number % size
    stated = (told["index"], told["counter"])
    yield stated != (index, counter), "index", (index, counter), stated
    yield told["scenario"] != pool["scenarios"][index]["number"], "scenario"
    yield (told["seed"], told["nonce"]) != (pool["seed"], drill.opened["nonce"]), "seed"


def open_checks(drill: Drill) -> Checks:
    """T0 之前没有打开，由两名持钥人打开。 It was not opened before T0, and by two key holders."""
    line, started, t0 = drill.one("opened"), drill.start(), moment(drill.opened["pool"]["t0"])
    early, began = t0 - line.at, moment(started.told.get("t0", str(started.at)))
    yield early > timedelta(), "early", early.total_seconds()
    yield min(started.at, began) < t0, "began_early"
    yield abs(began - started.at) > SLACK, "began_when", (began - started.at).total_seconds()
    yield not drill.draws()[-1][-1].number < line.number < started.number, "opened_when"
    rows, officers = drill.sealed["recipients"], line.told["officers"]
    holders, keys = ({one[part] for one in rows} for part in ("name", "recipient"))
    yield not len(holders) == len(keys) == len(rows) > TWO, "officers"
    yield len(officers) != TWO or len(holders & {*officers}) != TWO, "officers"


def run_checks(drill: Drill) -> Checks:
    """发布的都属本情景或注明添加，有始有终。 Releases are the scenario's or marked; it ended."""
    scenario = drill.opened["pool"]["scenarios"][drill.one("opened").told["index"]]
    injects = {one["key"]: (one["text"], one["to"]) for one in scenario["injects"]}
    started, ended, seen = drill.start(), drill.one(*OVER), set()
    came, files = {line.told["evaluator"] for line in drill.of("handed_in")}, pressed(drill)
    for line in drill.lines:
        n, key, told, late = line.number, line.key, line.told, line.number > ended.number
        yield late and line.kind in ("started", "paused", "resumed"), "untimely", n, line.kind
        if line.kind == "released":
            news = (told["text"], told["to"])
            after = late and moment(told["at"]) > ended.at
            yield n < started.number or after, "untimely", n, key
            yield key not in injects and told.get("added") is not True, "no_inject", n, key
            yield injects.get(key, news) != news, "reworded", n, key
        if line.kind == "stamped":
            who, mark = (told["evaluator"], told["node"]), (told["source"], moment(told["raw"]))
            changes = who in seen or who[0] in came
            yield late and changes and (*who, *mark) not in files, "late_stamp", n, key
            seen.add(who)
        yield line.kind in ("released", "stamped") and (line.kind, key) in seen, "repeated", n, key
        seen.add((line.kind, key))
    held = {sha(data) for name, data in drill.files.items() if name not in FILES}
    yield held != {line.told["file"] for line in drill.of("handed_in")}, "evaluators"


def pressed(drill: Drill) -> set[tuple[Any, ...]]:
    """Return who pressed for which node, on which device and line, when, by the files."""
    found = set()
    for data in (data for name, data in drill.files.items() if name not in FILES):
        first, *bodies = (link["body"] for link in json.loads(data)["chain"])
        for one in bodies:
            at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=one.get("to", one["at"]))
            source = f"{first['copy'][:8]}:{one['n']}"
            found.add((first["evaluator"], one.get("node"), source, at))
    return found


# ------------------------------------------------------------------------ how it is said
STEPS = (log_checks, paper_checks, seal_checks, draw_checks, pick_checks, open_checks, run_checks)


def failures(checks: Checks) -> list[str]:
    """Return the sentences of what is wrong, the first few of many."""
    found: list[str] = []
    try:
        for wrong, *told in checks:
            found += [sentence(*told)] if wrong else []
    except MALFORMED as error:
        found.append(why(error))
    return [*found[:SHOWN], *([sentence("more", len(found) - SHOWN)] if found[SHOWN:] else [])]


def why(error: Exception) -> str:
    """Return the sentence of what leaves nothing more to check."""
    if isinstance(error, RefutedError):
        return sentence(*error.args)
    kind = "unreadable" if isinstance(error, OSError) else "malformed"
    return sentence(kind, type(error).__name__)


def sentence(key: str, *values: object) -> str:
    """Return what is said in Chinese and English; foreign text is cut and steers no screen."""
    plain = ["".join(c if c.isprintable() else "?" for c in str(one)[:60]) for one in values]
    return SAID[key].format(*plain)


def unproven(drill: Drill) -> Iterator[str]:
    """Yield what no paper that the reader gave proves, and what no log can."""
    papers = [line.number for line in drill.of("printed") if line.told["head"] in drill.heads]
    draw, opened, ended = drill.draws()[-1], drill.one("opened").number, drill.one(*OVER).number
    first, last = (draw[1].number if draw[1:] else opened), draw[-1].number
    spans = {"no_seal": (draw[0].number, first), "no_start": (last, ended),
             "no_closed": (last, opened), "no_end": (ended, len(drill.lines) + 1)}  # fmt: skip
    throws = [[n.number for n in draw if n.kind == kind] for kind in ("committed", "revealed")]
    spans |= {"no_commit": (throws[0][-1], throws[1][0])} if all(throws) else {}
    yield from (sentence(k) for k, (a, z) in spans.items() if not any(a < n < z for n in papers))
    late = {line.told["evaluator"] for line in drill.lines[ended:] if line.kind == "stamped"}
    late -= {line.told["evaluator"] for line in drill.of("handed_in")}
    yield from (sentence("typed", name) for name in sorted(map(str, late)))
    yield sentence("never")


def facts(drill: Drill) -> Iterator[str]:
    """Yield what is to be compared with the papers."""
    pool, opened = drill.opened["pool"], drill.one("opened").told
    voids, added = len(drill.draws()) - 1, [n for n in drill.of("released") if n.told.get("added")]
    yield sentence("drill", pool["drill"], pool["type"], pool["t0"], len(pool["scenarios"]))
    yield sentence("counts", opened["scenario"], voids, len(added), len(drill.of("copy")))
    papers = [line for line in drill.of("printed") if line.told["head"] in drill.heads]
    for line in sorted([*drill.of("sealed", "opened", "started", *OVER), *papers]):
        at = line.at.astimezone(moment(pool["t0"]).tzinfo).isoformat(" ", "seconds")
        head, what = line.told.get("head", "")[:8], line.told.get("what", "")
        yield sentence("when", line.number, at, line.kind, what, head)


def judged(claim: str | None, wrong: Sequence[str]) -> list[str]:
    """Return the lines of one step: what it claims, and what refutes it."""
    return [f"{'不符 NO' if wrong else '符合 OK'}  {claim}", *(f"   - {one}" for one in wrong)]


def verdict(raw: bytes, key: str, heads: Sequence[str]) -> tuple[bool, list[str]]:
    """Return whether the drill is confirmed, and every line that is said."""
    told: list[str] = []
    try:
        drill = drill_of(raw, key, heads)
        found = [(drill_of.__doc__, []), *((step.__doc__, failures(step(drill))) for step in STEPS)]
        told = [line for one in found for line in judged(*one)]
        if any(wrong for _, wrong in found):
            return False, [*told, SAID["refuted"]]
        notes = (f"未证 NOT PROVEN  {one}" for one in unproven(drill))
        return True, [*told, *facts(drill), *notes, SAID["confirmed"]]
    except MALFORMED as error:
        wrong = judged("" if told else drill_of.__doc__, [why(error)])
        return False, [*told, *wrong, SAID["refuted"]]


def main() -> int:
    """Return 0 for a drill that is confirmed, 1 for one that is refuted, 2 where neither can be."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--key", required=True, metavar="FINGERPRINT", help="as printed on paper")
    parser.add_argument("--head", action="append", default=[], help="as printed; several times")
    given = parser.parse_args()
    key, *heads = (re.sub(r"[\s:-]", "", one).lower() for one in (given.key, *given.head))
    try:
        require(all(re.fullmatch("[0-9a-f]{64}", one) for one in (key, *heads)), "digits")
        with given.package.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        require(len(raw) <= MOST_BYTES, "unreadable", "> 256 MiB")
    except (OSError, RefutedError) as error:
        print(why(error))
        return 2
    good, told = verdict(raw, key, heads)
    print("\n".join(told))
    return 0 if good else 1


SAID = {
    "bytes": "压缩包不是其文件应成的字节。 The archive is not byte for byte what its files make.",
    "name": "文件名不合规定：{0}。 A file has a forbidden name: {0}.",
    "twice": "同名文件出现两次：{0}。 A file is there twice: {0}.",
    "key": "没有签名，或由另一把钥匙签名。 No signature, or that of another key than on paper.",
    "signature": "签名与清单不符。 The signature does not fit the manifest.",
    "files": "文件不是所签的那些。 The files are not those that were signed.",
    "foreign": "不是演练包，或缺、多文件：{0}。 No drill, or a file lacks or does not belong: {0}.",
    "json": "{0} 不是唯一的写法。 {0} is not in its one form (a name twice, NaN, blanks, cut).",
    "malformed": "写法与本程序所读不符。 It is not made as this program reads it ({0}).",
    "more": "另有 {0} 处。 And {0} more.",
    "one": "「{0}」应有一行，却有 {1} 行。 There must be one line {0}, there are {1}.",
    "copied": "第 {0} 行没有接着被复制的日志。 Line {0} does not continue what was copied.",
    "numbered": "第 {0} 行编号不是 {1}。 Line {0} is not number {1}: dropped, added or moved.",
    "follows": "第 {0} 行不接上一行。 Line {0} does not follow from the line before it.",
    "changed": "第 {0} 行被改过。 Line {0} was changed.",
    "backwards": "第 {0} 行时间倒退 {1} 秒。 Line {0} runs {1} s backwards.",
    "end": "日志的末尾不是所签的。 The log does not end where the signed manifest says.",
    "forged": "第 {0} 行的打印摘要是假的。 Line {0} claims a head that was never the log's there.",
    "misplaced": "第 {0} 行不可能打印「{1}」。 Line {0}: no paper “{1}” can be printed there.",
    "paper": "纸上的摘要 {0}… 不属本日志。 The head {0}… on paper is none of this log: rewritten.",
    "commitment": "情景池或随机数不是所承诺的。 Pool or nonce are not those committed to.",
    "envelope": "信封不是封存的那个。 The envelope is not the one whose hash was logged.",
    "signer": "信封不是用这把钥匙封存的。 The envelope was not signed by this key.",
    "replayed": "编号或类型不一，另有来处。 Number or type differ: this is another drill's.",
    "unprinted": "抽签之前没有打印承诺。 The commitment was not printed before the draw.",
    "late": "T0 之后才封存。 It was sealed after T0.",
    "unsealed": "第 {0} 行：封存之前就抽签。 Line {0}: a draw before the sealing.",
    "again": "第 {0} 行：没有作废、重封就再抽。 Line {0}: drawn again, not voided and sealed anew.",
    "undrawn": "第 {0} 行：抽签没有完成。 Line {0}: the draw was never completed.",
    "after_reveal": "第 {0} 行：揭示开始后 {1} 才承诺。 Line {0}: {1} committed after a reveal.",
    "commit_twice": "第 {0} 行：{1} 的承诺重复。 Line {0}: {1}, or this commitment, stands twice.",
    "other_value": "第 {0} 行：{1} 揭示的不是所承诺的值。 Line {0}: {1} revealed another value.",
    "reveal_twice": "第 {0} 行：{1} 揭示两次。 Line {0}: {1} revealed twice.",
    "void": "第 {0} 行：作废的人名或次数不对。 Line {0}: the void names or counts wrongly.",
    "missing": "第 {0} 行：{1} 没有揭示就抽了。 Line {0}: drawn though {1} did not reveal.",
    "order": "第 {0} 行：不是由全体（至少两人）抽出。 Line {0}: not drawn by all, two at least.",
    "index": "应得（个，次）{0}，却写 {1}。 The rule gives (index, try) {0}, the log says {1}.",
    "scenario": "打开的不是抽中的情景。 The scenario opened is not the one that was drawn.",
    "seed": "打开时的种子不是封存的。 Seed or nonce at the opening are not the sealed ones.",
    "early": "T0 之前 {0} 秒就打开了。 It was opened {0} s before T0.",
    "began_early": "封存的 T0 之前就开始。 It began before the sealed T0.",
    "began_when": "所写的 T0 与写下的时间差 {0} 秒。 T0 as told is {0} s off the line's own time.",
    "opened_when": "打开不在抽签与开始之间。 It was not opened between draw and start.",
    "officers": "不是三名持钥人中的两名打开。 It was not opened by two of the key holders.",
    "untimely": "第 {0} 行：{1} 在开始前或结束后。 Line {0}: {1} before start or after end.",
    "no_inject": "第 {0} 行：{1} 不属本情景。 Line {0}: {1} is none of the scenario's, nor marked.",
    "reworded": "第 {0} 行：{1} 的内容被改。 Line {0}: {1} is not worded as it was sealed.",
    "late_stamp": "第 {0} 行：结束之后写下 {1}。 Line {0}: {1}, after the end, is no evaluator's.",
    "repeated": "第 {0} 行：{1} 出现两次。 Line {0}: {1} stands twice.",
    "evaluators": "考评员的文件不是交来的那些。 The evaluators' files are not those handed in.",
    "drill": "演练 Drill {0}（{1}），T0 {2}，情景池 pool {3}。",
    "counts": "情景 Scenario {0}，作废 voids {1}，手工添加 added {2}，日志复制 copies {3}。",
    "when": "第 {0} 行 line {0}: {1} {2} {3} {4}",
    "no_seal": "封存早于抽签：没给封存的纸。 Sealed before the draw: no paper of the sealing.",
    "no_commit": "先承诺后揭示：没给其间的纸。 All committed first: no paper between.",
    "no_start": "抽签没有改写：没给抽签之后的纸。 No draw was hidden: no paper after the draw.",
    "no_closed": "T0 前没有打开：没给抽签、打开间的纸。 Closed till T0: no paper of just then.",
    "no_end": "结束之后没有改写：没给结束的纸。 Unchanged since the end: no paper of the end.",
    "typed": "结束后补录的 {0} 的时间。 Times of {0}: entered after the end, in no file of theirs.",
    "never": "持钥人有无私下看过，时钟准不准。 What key holders read elsewhere; the clock.",
    "digits": "指纹和摘要各 64 位十六进制。 Fingerprint and heads have 64 hexadecimal digits each.",
    "unreadable": "文件读不了：{0}。 The file cannot be read: {0}.",
    "refuted": "结论：不实。 REFUTED.",
    "confirmed": "结论：证实，未证各项除外。 CONFIRMED, but for what is not proven.",
}


if __name__ == "__main__":
    sys.exit(main())
