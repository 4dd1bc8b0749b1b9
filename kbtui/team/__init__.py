"""A team and its packs: shared through git or a folder, checked by their effect, taught by closed cases."""
