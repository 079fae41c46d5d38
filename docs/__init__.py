"""What is written about the code, and what writes it."""
