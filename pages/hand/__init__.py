"""What only the learner's own hand needs."""
