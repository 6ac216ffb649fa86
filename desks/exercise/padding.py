"""Payloads of one size: what is sealed shall not be guessed from how long it is.

Layout: nonce (32 bytes), length of the text (8 bytes, big-endian), the text, zeros up to a bucket.
The bucket is 1 MiB; where the text is longer, 2, 4, … MiB.
"""

BUCKET_BYTES = 2**20
NONCE_BYTES = 32
_LENGTH_BYTES = 8
_HEAD = NONCE_BYTES + _LENGTH_BYTES


def padded(nonce: bytes, text: bytes) -> bytes:
    """Return nonce and text in the smallest bucket that holds them.

    Raises:
        ValueError: for a nonce of another length than 32 bytes.

    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(len(nonce))
    bucket = BUCKET_BYTES
    while bucket < _HEAD + len(text):
        bucket *= 2
    whole = nonce + len(text).to_bytes(_LENGTH_BYTES, "big") + text
    return whole.ljust(bucket, b"\0")


def unpadded(payload: bytes) -> tuple[bytes, bytes] | None:
    """Return nonce and text, ``None`` where the payload is not what ``padded`` makes."""
    nonce = payload[:NONCE_BYTES]
    length = int.from_bytes(payload[NONCE_BYTES:_HEAD], "big")
    if len(payload) < _HEAD + length:
        return None
    text = payload[_HEAD : _HEAD + length]
    return (nonce, text) if padded(nonce, text) == payload else None
