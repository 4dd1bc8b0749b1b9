"""The line to the terminal: what is drawn goes out as the cells that change, what is pasted comes in at one blow."""
