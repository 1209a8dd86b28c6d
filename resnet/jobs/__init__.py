"""Runs on Dask: submit, watch, stop."""
