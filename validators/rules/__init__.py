"""Rules that YAML cannot say, one module a source."""
