"""What is known: nodes and packs, the graph, signs and search, and the cache that makes a start quick."""
