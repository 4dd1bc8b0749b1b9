"""Many machines at once: asked through ClusterShell or read from recordings, judged one by one, grouped by cause.

`check.py` names the stages in order. The engine knows nothing of it; ClusterShell is imported only inside functions.
"""
