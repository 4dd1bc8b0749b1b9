"""For those who write nodes: lint, the nodes' own tests, and the schema that editors read."""
