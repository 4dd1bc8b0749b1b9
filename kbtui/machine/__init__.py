"""What can be seen of a machine: facts and their catalogue, text as a source, what follows from both."""
