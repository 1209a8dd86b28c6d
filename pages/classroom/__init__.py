"""What only the class experiment and the teacher's board need."""
