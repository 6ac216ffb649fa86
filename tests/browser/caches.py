"""What a browser packs away without a mark of it: entries of its caches, tables of its stores.

Chromium keeps an answer in its cache as it came, so perhaps in brotli or zstd, behind the address
(net/disk_cache/simple/simple_entry_format.h). Local storage, IndexedDB and the list of cached pages
are LevelDB tables, whose blocks are Snappy's or zstd's (leveldb/doc/table_format.md).
"""

from collections.abc import Iterator

import pyarrow as pa

MOST_BYTES = 20_000_000
_ENTRY = 0xFCFB6D1BA7725C30.to_bytes(8, "little")
_ENTRY_HEAD, _KEY_LENGTH_AT = 24, 12
_ENTRY_END = 0xF4FA6F45970D41D8.to_bytes(8, "little")
_TABLE_END = 0xDB4775248B80FB57.to_bytes(8, "little")
_FOOTER = 48
_SNAPPY, _ZSTD = 1, 2
_FAILED = (OSError, ValueError, IndexError, OverflowError, MemoryError)


def unmarked(data: bytes) -> Iterator[bytes]:
    """Yield what a file of the browser holds in packings that no magic number shows."""
    if data.startswith(_ENTRY):
        key = int.from_bytes(data[_KEY_LENGTH_AT:][:4], "little")
        body = data[_ENTRY_HEAD + key :].partition(_ENTRY_END)[0]
        yield from filter(None, (_streamed(body, codec) for codec in ("brotli", "zstd")))
    if data.endswith(_TABLE_END):
        yield from _table(data)


def _streamed(data: bytes, codec: str) -> bytes:
    """Return what can be unpacked from the beginning, in whole parts."""
    held = bytearray()
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
            while len(held) < MOST_BYTES and (part := stream.read(1 << 12)):
                held += part
    except _FAILED:
        pass
    return bytes(held)


def _table(data: bytes) -> Iterator[bytes]:
    """Yield every data block of a LevelDB table, unpacked."""
    footer = data[-_FOOTER:]
    _, at = _handle(footer, 0)
    index, _ = _handle(footer, at)
    for value in _values(_block(data, *index)):
        handle, _ = _handle(value, 0)
        block = _block(data, *handle)
        yield block
        # keys leave out what they share with the key before; values stand by themselves
        yield from _values(block)


def _block(data: bytes, at: int, size: int) -> bytes:
    raw, kind = data[at : at + size], data[at + size : at + size + 1]
    try:
        if kind == bytes([_SNAPPY]):
            length, _ = _varint(raw, 0)
            return bytes(pa.Codec("snappy").decompress(raw, min(length, MOST_BYTES)))
        return _streamed(raw, "zstd") if kind == bytes([_ZSTD]) else raw
    except _FAILED:
        return raw


def _values(block: bytes) -> Iterator[bytes]:
    """Yield the values of a block: shared, fresh, length, fresh key, value; then the restarts."""
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    at = 0
    while 0 <= at < end:
        _, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        yield block[at + fresh : at + fresh + length]
        at += fresh + length


def _handle(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    offset, at = _varint(data, at)
    size, at = _varint(data, at)
    return (offset, size), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data):
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            break
    return value, at
