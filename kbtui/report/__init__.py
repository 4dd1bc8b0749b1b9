"""What a case leaves behind: the path as it was walked, as something to learn from, and half a page to hand on.

`walk` replays the journal, `path` tells what it came to, `study` what there is to learn; `build` makes of them the one
struct of `model`, `private` redacts it, and `markdown`, `page` (HTML) and `exports` write it.
"""
