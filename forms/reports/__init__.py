"""Registers and review reports."""
