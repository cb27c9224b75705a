"""One record, or a whole input, becomes papers."""
