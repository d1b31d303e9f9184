"""Kept pages in the memory of one worker."""

import threading
from collections import OrderedDict


class Memory:
    """Pages by key, in at most `room` bytes: the least recently used goes first. `find` is what every request calls."""

    def __init__(self, room):
        self.room = room
        self.size = 0
        self.pages = OrderedDict()
        self.find = self.pages.get
        self.prepared = None, {}
        self.lock = threading.Lock()

    def add(self, kept):
        with self.lock:
            self.prepared = None, {}
            self.forget(kept.key)
            self.pages[kept.key] = kept
            self.size += kept.size
            while self.size > self.room:
                _key, oldest = self.pages.popitem(last=False)
                self.size -= oldest.size

    def remove(self, key):
        with self.lock:
            self.prepared = None, {}
            self.forget(key)

    def forget(self, key):
        if found := self.pages.pop(key, None):
            self.size -= found.size

    def answers_in(self, state):
        """Return a dictionary for answers as they are sent, by request: of this state, until a page comes or goes."""
        of, answers = self.prepared
        if of is not state:
            of, answers = self.prepared = state, {}
        return answers

    def use(self, key):
        """Note that the page is used. Many requests do it at once, and another may have removed it."""
        try:  # noqa: SIM105 (nothing that every request does is quicker)
            self.pages.move_to_end(key)
        except KeyError:
            pass
