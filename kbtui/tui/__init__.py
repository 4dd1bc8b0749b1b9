"""The screens: a person's way through a case, on Textual. Nothing of the engine imports this package."""
