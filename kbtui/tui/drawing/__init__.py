"""The graph drawn: where boxes stand, the lines between them, and the page that is written beside a case."""
