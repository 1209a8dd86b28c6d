"""Runs and their metrics in a database; the only package that runs SQL."""
