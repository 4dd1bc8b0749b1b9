"""`python -m kbtui` is `kbtui`."""

from kbtui.cli import entry

entry()
