"""Evidence taken elsewhere, each kind as a host that answers the same asks as a live machine.

`open_source` tells what a path is by what it holds, never by its name alone.
"""
