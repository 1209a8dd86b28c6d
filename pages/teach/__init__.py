"""What only teaching a net needs."""
