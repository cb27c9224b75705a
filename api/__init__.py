"""Reach the service: JSON API and the clerk's page."""
