"""What only the home screen needs."""
