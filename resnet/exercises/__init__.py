"""The course's three functions as exercises that a learner fills in and the lab checks."""
