"""What names a machine or a person by its shape alone: addresses, e-mail, MACs, UUIDs.

Told apart from what only looks alike: versions (550.120.00.12, 12.4.5.8), bus ids (0000:01:00.0), PCI ids (10de:2684),
times (11:07:05), hex addresses, and names that are the same on every machine (127.0.0.1, the UUIDs of EFI variables).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

StandIn = Callable[[str, str], str]
"""Kind and name to the stand-in."""

_HEX = "[0-9a-fA-F]"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)+([A-Za-z]{2,24})(?![\w-])")
_UNITS = {"service", "socket", "timer", "target", "slice", "scope", "mount", "device", "path", "swap"}
_INFINIBAND = re.compile(rf"(?<![\w:])(?:{_HEX}{{2}}:){{4}}fe:80(?::{_HEX}{{2}}){{14}}(?![\w:])", re.IGNORECASE)
_MAC = re.compile(
    rf"(?<![\w:-])(?:{_HEX}{{2}}([:-]))(?:{_HEX}{{2}}\1){{4}}(?:(?:{_HEX}{{2}}\1){{2}})?{_HEX}{{2}}(?![\w:-])"
)
_MAC_DOTS = re.compile(rf"(?<![\w.]){_HEX}{{4}}\.{_HEX}{{4}}\.{_HEX}{{4}}(?![\w.])")
_MAC_NAME = re.compile(r"(?<=\benx)[0-9a-f]{12}\b")
_GUID = re.compile(rf"(?<![\w:]){_HEX}{{4}}(?::{_HEX}{{4}}){{3}}(?![\w:])")
_GUID_LABELLED = re.compile(rf"(?i)(GUID:?\s+)(0x{_HEX}{{16}})\b")
_UUID = re.compile(rf"(?<![\w-])((?:MIG-)?GPU-|MIG-)?{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}(?![\w])")
_UUID_NAMED = re.compile(rf"(?<=[A-Za-z0-9]-){_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}(?!\w)")
_EVERYWHERE = {
    "8be4df61-93ca-11d2-aa0d-00e098032b8c",  # the EFI global variables: SecureBoot, BootOrder
    "605dab50-e046-4300-abb6-3dd810dd8b23",  # shim: MokList, SbatLevel
    "d719b2cb-3d3a-4596-a3bc-dad00e67656f",  # db and dbx
    "77fa9abd-0359-4d32-bd60-28f4e78f784b",  # Microsoft, as the owner of db entries
    "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",  # the boot loader interface
}
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\w)")
_IP6 = re.compile(
    rf"(?<![\w:.])(?=[0-9a-fA-F]*:){_HEX}{{0,4}}(?::{_HEX}{{0,4}}){{2,8}}(?:(?<=:)(?:\d{{1,3}}\.){{3}}\d{{1,3}})?(?![\w:])"
)
_CLOUD_HOST = re.compile(r"(?<![\w-])ip(?:-\d{1,3}){4}(?![\w-])")
_VERSION_BEFORE = re.compile(
    r"(?i)(?:==|~=|>=|<=|!=|[-_+~^]|\bv|version|release|firmware|bios|fw|driver|cuda|cudnn|cublas\w*|cufft|curand|cusolver"
    r"|cusparse\w*|nccl|\bx server|compiled for|nvjitlink|nvtx|nvidia[\w.-]*|lib[\w.-]+|python[\w.-]*|opencv[\w.-]*|package|pkg)[\"'\s:=|,(\[]*$"
)
_VERSION_AFTER = re.compile(r"[-+~]\w+(?!\.\d+\.\d)|_\w|[\"'],\s*[\"'][^\"'\n]*(?:site|dist)-packages")


def replace_shapes(text: str, stand_in: StandIn) -> str:
    """The text with everything of these shapes replaced."""
    if "@" in text:
        text = _EMAIL.sub(lambda m: m[0] if m[1] in _UNITS else stand_in("email", m[0].lower()), text)
    text = _UUID.sub(lambda m: _uuid(m, stand_in), text)
    text = _UUID_NAMED.sub(lambda m: m[0] if m[0].lower() in _EVERYWHERE else stand_in("uuid", m[0].lower()), text)
    for pattern in (_INFINIBAND, _MAC, _MAC_DOTS, _MAC_NAME):
        text = pattern.sub(lambda m: _mac(m[0], stand_in), text)
    text = _GUID.sub(lambda m: m[0] if not m[0].strip("0:") else stand_in("guid", m[0].replace(":", "").lower()), text)
    text = _GUID_LABELLED.sub(lambda m: m[1] + stand_in("guid", m[2][2:].lower()), text)
    text = _CLOUD_HOST.sub(lambda m: stand_in("host", m[0]), text)
    text = _IP6.sub(lambda m: _ip6(m[0], stand_in), text)
    return _IP4.sub(lambda m: _ip4(m, stand_in), text)


def _uuid(match: re.Match[str], stand_in: StandIn) -> str:
    said = match[0].lower()
    if said in _EVERYWHERE or not said.strip("0-"):
        return match[0]
    return stand_in("gpu-uuid" if match[1] else "uuid", said)


def _mac(said: str, stand_in: StandIn) -> str:
    digits = re.sub(r"[:.-]", "", said).lower()
    return said if not digits.strip("0") or not digits.strip("f") else stand_in("mac", digits)


def _ip4(match: re.Match[str], stand_in: StandIn) -> str:
    said, text = match[0], match.string
    parts = said.split(".")
    if any(int(p) > 255 or (len(p) > 1 and p[0] == "0") for p in parts) or parts[0] in ("0", "127", "255"):
        return said
    before = text[max(0, match.start() - 48) : match.start()].rpartition("\n")[2]
    if _VERSION_BEFORE.search(before) or _VERSION_AFTER.match(text, match.end()):
        return said
    return stand_in("ip", said)


def _ip6(said: str, stand_in: StandIn) -> str:
    try:
        address = ipaddress.IPv6Address(said)
    except ValueError:
        return said
    if address.is_loopback or address.is_unspecified or address.ipv4_mapped or int(address) < 1 << 32:
        return said
    return stand_in("ip6", address.compressed)
