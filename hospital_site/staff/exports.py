"""Cells of exported tables."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell):
    """Returns `cell` as text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
