"""What a built model costs, sees and passes back: numbers read from the model itself."""
