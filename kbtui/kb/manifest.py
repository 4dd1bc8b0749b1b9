"""What a pack says of itself and of these days: `pack.yaml` and `notices.yaml`, both optional.

# pack.yaml                                   # notices.yaml
title: What our lab learnt                    notices:
inbox: /srv/kbtui/inbox                       - text: Driver upgrade on gpu01 to gpu20 tonight
outcomes: true                                  until: 2026-11-30 06:00
credit: false                                   hosts: ['gpu[01-20]']
                                                problem: driver-library-version-mismatch
"""

from __future__ import annotations

from msgspec import Struct, field

from kbtui.kb import shapes
from kbtui.kb.learned import Learned
from kbtui.kb.mistakes import Mistake
from kbtui.kb.notices import Notice
from kbtui.kb.packs import Pack

MOST_NOTICES = 20


class Manifest(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a pack says of itself."""

    name: str = ""
    title: str = ""
    inbox: str | None = None
    """Where `kbtui share` puts cases: a folder that members may write to, or `branch:NAME` of the pack's repository."""
    outcomes: bool = False
    """Whether closed cases of those who use it are counted in its cases/outcomes/."""
    credit: bool = True
    """Whether `kbtui show` names authors and outcomes."""
    notices: list[Notice] = field(default_factory=list)


class _Notices(Struct, forbid_unknown_fields=True):
    notices: list[Notice] = field(default_factory=list)


def manifest(pack: Pack) -> tuple[Manifest, list[Mistake]]:
    """What pack.yaml says; the defaults where there is none."""
    return shapes.read_file(pack, "pack.yaml", Manifest)


def notices(pack: Pack) -> tuple[list[Notice], list[Mistake]]:
    """The notices of a pack, whether in pack.yaml or in notices.yaml, and what is wrong with them."""
    first, wrong = manifest(pack)
    second, more = shapes.read_file(pack, "notices.yaml", _Notices)
    return [*first.notices, *second.notices][:MOST_NOTICES], wrong + more


def learned(pack: Pack) -> tuple[Learned, list[Mistake]]:
    """What the pack's closed cases taught (`kbtui learn` writes it)."""
    return shapes.read_file(pack, "learned.yaml", Learned)
