"""The language of the clauses: CEL, compiled, evaluated, with its functions."""
