"""Whole names of months, the day first, as readers from everywhere understand them."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, g:i a"
