"""What an agent of the person's own may ask, over MCP: the graph reasons, the agent phrases. Read-only, without exception."""
