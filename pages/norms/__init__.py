"""What only the screen of gradient norms needs."""
