"""A PDF is finished and read back."""
