"""What is handed to the court with a petition: one folder a case, numbered, counted, read once more."""
