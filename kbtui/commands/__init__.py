"""One module a command: `run(args) -> exit code`. Only these and `kbtui.cli` print."""
