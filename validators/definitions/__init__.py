"""What is issued and by which law, read from YAML: vocabularies, forms, clauses."""
