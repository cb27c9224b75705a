"""What is wrong with a definition, told before any record meets it; what covers each clause."""
