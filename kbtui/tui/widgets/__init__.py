"""One file a region of a screen."""
