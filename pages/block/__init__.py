"""What only the residual block's screen needs."""
