"""Typst, in process: how source is written, compiled, and its label cells made headers."""
