"""Give a net or a run away, as a file or a notebook; take a net in."""
