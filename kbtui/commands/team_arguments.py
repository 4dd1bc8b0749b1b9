"""The arguments of the commands that a team works with: new, trust, pack, diff, learn, share, inbox."""

from __future__ import annotations

from argparse import ArgumentParser


def _new(p: ArgumentParser) -> None:
    p.add_argument("title", nargs="*", help="what goes wrong, in a few words; left out: taken from the case")
    p.add_argument("--from-case", metavar="CASE", help="the case that it is about: its id, or the beginning of it")
    p.add_argument(
        "--to", metavar="FOLDER", help="the pack that it goes into; left out: the project's .kbtui/, else your own"
    )
    p.add_argument(
        "--extend", metavar="ID", help="add it to this problem, one of the look-alikes, instead of a new node"
    )
    p.add_argument("--print", action="store_true", dest="only_print", help="print the draft and write nothing")
    p.add_argument("--edit", action="store_true", help="open $EDITOR on the draft before it is written")
    p.add_argument(
        "--commit", action="store_true", help="commit the new file, and nothing else, to the pack's repository"
    )
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


def _trust(p: ArgumentParser) -> None:
    p.add_argument("folder", metavar="FOLDER", help="a folder, or the name of a pack in force")
    p.add_argument("--yes", action="store_true", help="you have read it: record it without a question")
    p.add_argument("--site", action="store_true", help="for everybody on this machine (needs root)")
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


def _pack(p: ArgumentParser) -> None:
    p.add_argument("action", choices=("init", "add", "list", "update", "remove"))
    p.add_argument(
        "source", nargs="?", metavar="SOURCE", help="init: a folder; add: a folder or a repository; else: a pack's name"
    )
    p.add_argument("--name", help="add: what it is called here; left out: after its source")
    p.add_argument("--pin", metavar="REVISION", help="add, update: a tag, branch or commit to stay at")
    p.add_argument("--title", help="init: what the pack is about")
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


def _diff(p: ArgumentParser) -> None:
    p.add_argument("revision", metavar="REV", help="a commit, tag or branch of the pack's repository")
    p.add_argument("--pack", metavar="FOLDER", default=".", help="the pack; left out: this folder")
    p.add_argument("--all", action="store_true", help="replay the shipped nodes' tests too (takes a minute)")
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


def _learn(p: ArgumentParser) -> None:
    p.add_argument("folder", nargs="?", metavar="FOLDER", help="the pack; left out: the one that collects outcomes")
    p.add_argument("--write", action="store_true", help="write learned.yaml into the pack")
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


def _share(p: ArgumentParser) -> None:
    p.add_argument("case", nargs="?", help="the case's id, or the beginning of it")
    p.add_argument("--title", default="", help="what goes wrong, in a few words; left out: taken from the case")
    p.add_argument("--note", default="", help="a word to the keeper, or the answer to a question")
    p.add_argument("--name", default="", help="to be named as the author; left out: nobody is")
    p.add_argument("--to", metavar="INBOX", help="left out: $KBTUI_INBOX, or what a pack names")
    p.add_argument("--mine", action="store_true", help="what became of the cases shared from here")
    p.add_argument(
        "--print", action="store_true", dest="only_print", help="show what would be shared, and share nothing"
    )


def _inbox(p: ArgumentParser) -> None:
    p.add_argument(
        "action",
        nargs="?",
        default="list",
        choices=("list", "show", "review", "accept", "merge", "ask"),
        help="review: one after the other, one key each",
    )
    p.add_argument("id", nargs="?", help="an item, or the beginning of its id")
    p.add_argument(
        "what", nargs="*", metavar="NODE | QUESTION", help="merge: the node it belongs to; ask: the question"
    )
    p.add_argument("--inbox", metavar="INBOX", help="left out: $KBTUI_INBOX, or what a pack names")
    p.add_argument("--to", metavar="FOLDER", help="the pack that it goes into; left out: the one that names the inbox")
    p.add_argument("--json", action="store_true", help="print one JSON object (docs/json.md)")


ADD = {"new": _new, "trust": _trust, "pack": _pack, "diff": _diff, "learn": _learn, "share": _share, "inbox": _inbox}
