"""kbtui: from what you see on a broken GPU machine to the cause, the fix and what to learn.

The engine is a library of its own: start at `kbtui.engine`. Nothing here prints or knows a screen.
"""

__version__ = "0.1.0"
