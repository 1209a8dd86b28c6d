"""What `make bench` measures: the lab beside what a user could do instead, in one run."""
