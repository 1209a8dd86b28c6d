"""A learner, a server and a browser, for tests and benchmarks."""
