"""What is no widget: middleware, downloads, health, start-up, pace."""
