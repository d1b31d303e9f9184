"""Publishing in one language: the others keep the words that patients read. See decision 0019."""

from dataclasses import replace

from hospital_site.publishing.row_matching import match_rows
from hospital_site.publishing.snapshots import (
    captured_fields,
    cleaned,
    digest,
    inline_model,
    language_digests,
    text_columns,
)
from hospital_site.publishing.staleness import CODES, names_of, source_of, words


def in_languages(candidate, codes, live):
    """Return `candidate` with its texts in the languages `codes`, and those of the edition `live` in the others.

    What is the same in all languages, and which rows there are, is that of the candidate.
    """
    kept = [code for code in CODES if code not in codes]
    before = cleaned(live.data)
    data = with_texts(candidate.data, before, kept)
    if data == candidate.data:
        return candidate
    return replace(
        candidate,
        data=data,
        digest=digest(data),
        language_digests=language_digests(data),
        stale=tuple(stale_texts(candidate, data, before, codes, live.stale)),
        only_in=tuple(codes),
    )


def with_texts(data, before, codes):
    """Return `data` with the texts in the languages `codes` of the same rows of `before`; a new row has none."""
    found = data | {column: before.get(column, "") for column in text_columns(data, codes)}
    for name, rows in data.items():
        if isinstance(rows, list):
            old = before.get(name, [])
            pairs = match_rows(old, rows)
            found[name] = [
                with_texts(row, old[pairs[number]] if number in pairs else {}, codes) for number, row in enumerate(rows)
            ]
    return found


def numbered_rows(model, data):
    """`[(model, row), …]`: the page, then its inline rows, in the order in which stale texts are numbered."""
    rows = [(model, data)]
    for name in model.inline_relations:
        rows += [(inline_model(model, name), row) for row in data.get(name, [])]
    return rows


def numbers_before(model, data, before):
    """Return `{number of a row of data: its number in before}` of the rows that both have."""
    numbers, start, old_start = {0: 0}, 1, 1
    for name in model.inline_relations:
        rows, old = data.get(name, []), before.get(name, [])
        numbers |= {start + new: old_start + number for new, number in match_rows(old, rows).items()}
        start, old_start = start + len(rows), old_start + len(old)
    return numbers


def stale_texts(candidate, data, before, codes, stale_before):
    """Yield the texts of `data` that are out of date with their source, as `staleness.stale_texts` does.

    A text that is published from the draft counts as it does there, unless it was made from words that are not
    published. One that stays is out of date if it was, or if its source is another one now.
    """
    model = candidate.model
    were = {tuple(text[:3]) for text in stale_before}
    are = {tuple(text[:3]): text[4] for text in candidate.stale}
    numbers = numbers_before(model, data, before)
    new, drafts, old = (numbered_rows(model, content) for content in (data, candidate.data, before))
    for number, (kind, row) in enumerate(new):
        now, draft = (instance(kind, content, candidate) for content in (row, drafts[number][1]))
        was = instance(kind, old[numbers[number]][1], candidate) if number in numbers else None
        for name in names_of(now):
            source = source_of(now, name)
            for code in CODES:
                if code == source or not words(now, name, code):
                    continue
                if code in codes and not (was and not differs(was, now, name, code)):
                    is_stale = (number, name, code) in are or differs(draft, now, name, source)
                else:
                    was_stale = (numbers.get(number), name, code) in were
                    is_stale = was_stale or (was and differs(was, now, name, source))
                if is_stale:
                    yield number, name, code, source, are.get((number, name, code), "")


def differs(one, other, name, code):
    return words(one, name, code) != words(other, name, code)


def instance(model, data, candidate):
    """An unsaved row with the content `data`."""
    row = model(source_language=candidate.source_language)
    for field in captured_fields(model):
        if field.attname in data:
            setattr(row, field.attname, field.to_python(data[field.attname]))
    return row


def dated(candidate, live, today):
    """Return the stale texts of `candidate` with the day since which each is: that of the edition `live` if it was."""
    if live is None or live.data is None or candidate.data is None:
        return [[*text[:4], text[4] or today] for text in candidate.stale]
    numbers = numbers_before(candidate.model, candidate.data, live.data)
    since = {tuple(text[:3]): text[4] for text in live.stale if len(text) > 4}
    return [
        [number, name, code, source, never or since.get((numbers.get(number), name, code), today)]
        for number, name, code, source, never in candidate.stale
    ]
