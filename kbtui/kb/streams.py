"""Any log file as blocks of whole lines in constant memory: plain, gzip, zstd, xz or bzip2, told by its first bytes.

What ends too early or is damaged gives what can be read, and the reason as a value: logs of sick machines often do.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

BLOCK = 128 << 10
LONGEST = 1 << 20
"""Bytes after which a line without an end is cut into pieces."""
OVERLAP = 8 << 10
"""Bytes that a piece shares with the one before: a match of up to this length is found whole."""
CUT = "…".encode()
"""Stands where a line was cut, so that ^ and $ do not match there."""
_SLICE = 128
"""Bytes of zstd input at a time. One such slice makes at most 4 MB, however hostile the file is."""


class Source:
    """A log, opened. `incomplete` says why its end is missing, once it was read; None: all of it was there."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.bytes = 0
        """Bytes of log so far, unpacked."""
        self.incomplete: str | None = None

    @staticmethod
    def packed(head: bytes) -> bool:
        """Whether a file that begins with these six bytes is packed."""
        return head.startswith(tuple(start for start, _, _ in _PACKED))

    def chunks(self) -> Iterator[bytes]:
        """Unpacked bytes, as they come."""
        try:
            head = _first(self._stream)
            for start, name, reader in _PACKED:
                if head.startswith(start):
                    yield from self._counted(_unpacked(head, self._stream, reader), name)
                    return
            yield from self._counted(_raw(head, self._stream), "")
        except OSError as error:
            self.incomplete = f"reading stopped: {error.strerror or error}"

    def _counted(self, chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
        try:
            for chunk in chunks:
                self.bytes += len(chunk)
                yield chunk
        except EOFError:
            self.incomplete = f"the {name} file ends too early"
        except _damage() as error:
            self.incomplete = f"the {name} data are damaged: {error}"

    def blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines. A line of over 1 MB comes in overlapping pieces, marked where they were cut."""
        held: list[bytes | memoryview] = []
        size = 0
        for chunk in self.chunks():
            end = (chunk.rfind(b"\n") + 1) or (chunk.rfind(b"\r") + 1)
            if end:
                yield b"".join([*held, memoryview(chunk)[:end]])
                held, size = [chunk[end:]], len(chunk) - end
            else:
                held.append(chunk)
                size += len(chunk)
                if size > LONGEST:
                    piece = b"".join(held)
                    yield piece + CUT
                    held, size = [CUT, piece[-OVERLAP:]], OVERLAP
        rest = b"".join(held)
        if rest:
            yield rest


def _first(stream: BinaryIO) -> bytes:
    """The first bytes, enough to tell what they are: a pipe may give one at a time."""
    head = b""
    while len(head) < 6 and (more := stream.read(BLOCK)):
        head += more
    return head


def _raw(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    while head:
        yield head
        head = stream.read(BLOCK)


class _Zlib:
    """A gzip member, read as bz2 and lzma read theirs."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, most)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


class _Zstd:
    """A zstd frame, read in slices: its decompressor knows no limit for what it gives back at once."""

    def __init__(self) -> None:
        import zstandard

        self._inner = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = b""

    def decompress(self, data: bytes, most: int) -> bytes:
        self._waiting += data
        out: list[bytes] = []
        made, at = 0, 0
        while at < len(self._waiting) and made < most and not self._inner.eof:
            out.append(self._inner.decompress(self._waiting[at : at + _SLICE]))
            made += len(out[-1])
            at += _SLICE
        self._waiting = self._waiting[at:]
        return b"".join(out)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._waiting


def _bz2() -> Any:
    import bz2

    return bz2.BZ2Decompressor()


def _lzma() -> Any:
    import lzma

    return lzma.LZMADecompressor(memlimit=256 << 20)


_PACKED: list[tuple[bytes, str, Callable[[], Any]]] = [
    (b"\x1f\x8b", "gzip", _Zlib),
    (b"\x28\xb5\x2f\xfd", "zstd", _Zstd),
    (b"\xfd7zXZ\0", "xz", _lzma),
    (b"BZh", "bzip2", _bz2),
]


def _unpacked(data: bytes, stream: BinaryIO, reader: Callable[[], Any]) -> Iterator[bytes]:
    """One member or frame after the other. EOFError where the last one has no end."""
    inner = reader()
    while True:
        if inner.eof:
            data = inner.unused_data or stream.read(BLOCK)
            while data and not data.strip(b"\0"):  # padding of a tape or of a block device
                data = stream.read(BLOCK)
            if not data:
                return
            data = data.lstrip(b"\0")
            inner = reader()
        elif not data and inner.needs_input:
            data = stream.read(BLOCK)
            if not data:
                raise EOFError
        out = inner.decompress(data, BLOCK)
        data = b""
        for start in range(0, len(out), BLOCK):
            yield out[start : start + BLOCK]


def _damage() -> tuple[type[Exception], ...]:
    """What unpackers raise for damaged data. A function, so that a reader is imported only where it is in use."""
    import sys

    kinds: list[type[Exception]] = [zlib.error]
    if "zstandard" in sys.modules:
        kinds.append(sys.modules["zstandard"].ZstdError)
    if "lzma" in sys.modules:
        kinds.append(sys.modules["lzma"].LZMAError)
    return tuple(kinds)
