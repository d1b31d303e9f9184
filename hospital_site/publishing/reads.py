"""What a page reads while it is rendered, by name, so that it is rendered anew when that changes and only then.

| name | what it stands for |
| --- | --- |
| `page:centers.clinic:5` | the current edition of a page, with its reviews and what is announced |
| `at:centers.clinic:/centers/net/` | whatever page of this kind is at this address |
| `below:centers.center:2` | all pages directly below a page |
| `first:centers.treatment@centers.center:2` | the first pages of a kind below a page |
| `kind:glossary.term` | all pages of a kind |
| `embed:centers.treatment:7` | the pages that embed a page |

Any other name stands for something that an app keeps besides pages: `OTHERS` has a function that returns its version.
"""

from contextlib import contextmanager
from contextvars import ContextVar

OTHERS = {}  # by name, functions that return what changes whenever it changes; apps above add theirs when ready

collected = ContextVar("names of what a page reads", default=None)


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
