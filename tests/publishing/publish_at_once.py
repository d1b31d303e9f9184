"""Eight people publish one page at the same moment: `DATABASE_URL=… python -m tests.publishing.publish_at_once`.

A process of its own, so that each person has a connection of their own to a real database, also on SQLite. Prints what
came of it as JSON: the numbers of the editions, and every error.
"""

import json
import sys
from threading import Barrier, Thread

import django

PEOPLE = 8


def main():
    django.setup()
    from django.db import connection

    from tests import make

    center = make.center()
    start, errors = Barrier(PEOPLE), []
    people = [Thread(target=publish_one, args=(center, name, start, errors)) for name in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    issued = list(center.editions().order_by("number").values_list("number", "issued_by"))
    json.dump({"database": connection.vendor, "issued": issued, "errors": errors}, sys.stdout)


def publish_one(page, name, start, errors):
    from django.db import connection

    from hospital_site.publishing.actions import publish

    try:
        connection.ensure_connection()
        start.wait()
        publish(page, by=f"person {name}")
    except Exception as problem:  # whatever it is, the test wants to see it
        errors.append(repr(problem))
    finally:
        connection.close()


if __name__ == "__main__":
    main()
