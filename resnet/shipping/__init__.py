"""Make the nets that come with the lab."""
