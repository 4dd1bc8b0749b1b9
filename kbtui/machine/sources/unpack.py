"""Bytes out of a packed file, whatever packed it, with an end to them.

A cut-off or damaged file gives what could be read until there; one that unpacks to far more than a machine's evidence
ever takes is stopped. Both are said in `problem`, never raised.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from kbtui.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST = 3 << 30
"""Bytes unpacked from one file: the largest sosreports hold less."""
_RATIO = 400
_FREE = 256 << 20
"""A file that unpacks to no more than this may do so at any ratio."""
_MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd"}


def packing_of(head: bytes) -> str:
    """gzip, xz, bzip2, zstd, or "" for a file that is not packed."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "")


class Unpacked(io.RawIOBase):
    """The bytes inside a packed file, read from front to back."""

    def __init__(self, file: BinaryIO, packed: int = 0, most: int = MOST) -> None:
        self.problem = ""
        """Why it ended before its end: "cut off", "damaged", "unpacks to too much"; "" where it did not."""
        self._packed = packed
        self._most = most
        self._read = 0
        head = file.read(8)
        file.seek(0)
        self._inner = _opened(packing_of(head), file)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """The next bytes; 0 at the end and at whatever stops it."""
        room = memoryview(buffer)
        if self.problem:
            return 0
        try:
            data = self._inner.read(len(room))
        except EOFError:
            self.problem = "it is cut off"
            return 0
        except Exception as error:  # each unpacker has errors of its own, all of them mean this
            self.problem = f"it is damaged ({error})" if self._read or not _is_os(error) else f"{error}"
            return 0
        self._read += len(data)
        if self._read > self._most or (self._packed and self._read > max(_FREE, self._packed * _RATIO)):
            self.problem = f"it unpacks to more than {self._read >> 20} MB, which no machine's evidence does"
            return 0
        room[: len(data)] = data
        return len(data)


def _is_os(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno is not None


def _opened(packing: str, file: BinaryIO) -> BinaryIO:
    if packing == "gzip":
        return cast(BinaryIO, _Gzip(file))
    if packing == "xz":
        import lzma

        return cast(BinaryIO, lzma.LZMAFile(file))
    if packing == "bzip2":
        import bz2

        return cast(BinaryIO, bz2.BZ2File(file))
    if packing == "zstd":
        try:
            import zstandard
        except ImportError as error:
            raise InputError("this file is packed with zstd: unpack it first (zstd -d FILE)") from error
        return cast(BinaryIO, zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True))
    return file


class _Gzip:
    """Gzip that gives every byte before the place where the file breaks off; `gzip.GzipFile` keeps back up to 8 KB."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._held = b""
        self._inflate = zlib.decompressobj(31)
        self._started = False

    def read(self, size: int) -> bytes:
        while True:
            if not self._held:
                self._held = self._file.read(1 << 16)
            if not self._held:
                if self._started and not self._inflate.eof:
                    raise EOFError
                return b""
            if self._inflate.eof:
                if not self._held.startswith(b"\x1f\x8b"):  # what follows the last member is padding
                    self._held = b""
                    return b""
                self._inflate = zlib.decompressobj(31)
            self._started = True
            data = self._inflate.decompress(self._held, size)
            self._held = self._inflate.unconsumed_tail or self._inflate.unused_data
            if data:
                return data
