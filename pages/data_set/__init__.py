"""What only the data set's screen needs."""
