"""What a page reads while it is rendered, by name, so that it is rendered anew when that changes and only then.

| name | what it stands for |
| --- | --- |
| `page:centers.clinic:5` | the current edition of a page, with its reviews and what is announced |
| `at:centers.clinic:/centers/net/` | whatever page of this kind is at this address |
| `kind:glossary.term` | all pages of a kind |
| `head:centers.clinic:5` | the head of a page: its address and its short columns, such as its name |
| `below:centers.center:2` | the heads of all pages directly below a page |
| `first:centers.treatment@centers.center:2` | the heads of the first pages of a kind below a page |
| `heads:centers.treatment` | the heads of all pages of a kind |
| `embed:centers.treatment:7` | the heads of the pages that embed a page |

Other pages show the head of a page. Whoever reads more of a `Snapshot`, a long text or its rows, has read the page. Any
other name stands for something that an app keeps besides pages: `OTHERS` has a function that returns its version.
"""

from contextlib import contextmanager
from contextvars import ContextVar

OTHERS = {}  # by name, functions that return what changes whenever it changes; apps above add theirs when ready

collected = ContextVar("names of what a page reads", default=None)


def note_page(edition):
    """Note that more than the head of `edition` is read."""
    if edition is not None and (found := collected.get()) is not None:
        found.add(f"page:{edition.page}")


def note(*names):
    """Note that the page that is being rendered reads what `names` stand for."""
    found = collected.get()
    if found is not None:
        found.update(names)


@contextmanager
def collect():
    """Yields the set of names that is filled while a page is rendered."""
    found = set()
    token = collected.set(found)
    try:
        yield found
    finally:
        collected.reset(token)
