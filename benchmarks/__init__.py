"""Figures, each from its own script; none of them blocks a test run."""
