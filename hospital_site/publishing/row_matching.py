"""Which rows of two versions of a page are the same row."""

from hospital_site.publishing.snapshots import text_columns


def match_rows(before, after):
    """Return `{index in after: index in before}` of the rows that are the same row, edited or not.

    Rows are matched by `id`. A row that was deleted and entered again has another one, and is matched when all its
    content is equal. Editions written before rows had an `id` are matched by the texts that two rows share.
    """
    indexes = {row["id"]: index for index, row in enumerate(before) if "id" in row}
    pairs = {new: indexes[row["id"]] for new, row in enumerate(after) if row.get("id") in indexes}
    scores = [
        (likeness(before[old], row), -abs(new - old), new, old)
        for new, row in enumerate(after)
        for old in set(range(len(before))) - set(pairs.values())
        if new not in pairs
    ]
    for score, _distance, new, old in sorted(scores, reverse=True):
        if score and new not in pairs and old not in pairs.values():
            pairs[new] = old
    return pairs


def likeness(one, other):
    """The number of texts that two rows share; 0 for rows with an `id` each, unless all their content is equal."""
    one_content, other_content = ({c: v for c, v in row.items() if c not in ("id", "position")} for row in (one, other))
    if one_content == other_content:
        return 1 + len(one_content)
    if "id" in one and "id" in other:
        return 0
    return sum(bool(one[column]) and one[column] == other.get(column) for column in text_columns(one))
