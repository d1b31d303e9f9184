"""Dates as this site writes them where Django’s own formats are unusual; one module for each language that differs."""
