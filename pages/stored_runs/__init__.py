"""What only the screen of stored runs needs."""
