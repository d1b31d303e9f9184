"""Eight people publish one page at the same moment: `DATABASE_URL=… python -m tests.publishing.publish_at_once edited`.

With `edited`, each has changed the draft just before; with `unchanged`, all publish the same text.

A process of its own, so that each person has a connection of their own to a real database, also on SQLite. Prints what
came of it as JSON: the numbers of the editions, what was refused, and every error.
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
    start, refused, errors = Barrier(PEOPLE), [], []
    people = [Thread(target=publish_one, args=(center, name, start, refused, errors)) for name in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    issued = list(center.editions().order_by("number").values_list("number", "issued_by"))
    json.dump({"database": connection.vendor, "issued": issued, "refused": refused, "errors": errors}, sys.stdout)


def publish_one(page, name, start, refused, errors):
    from django.db import connection, transaction

    from hospital_site.publishing.pipeline import publish
    from hospital_site.publishing.policy import Refused
    from tests.make import spelt

    try:
        connection.ensure_connection()
        start.wait()
        with transaction.atomic():
            if sys.argv[1] == "edited":
                words = f"Words {spelt(name)}"
                type(page).objects.filter(pk=page.pk).update(name_ko=words, name_en=words)
            publish(page, by=f"person {name}")
    except Refused as refusal:
        refused.append(str(refusal))
    except Exception as problem:  # whatever it is, the test wants to see it
        errors.append(repr(problem))
    finally:
        connection.close()


if __name__ == "__main__":
    main()
