"""Seconds of CPU and peak memory of files of translations on sites of 2 500 and 10 000 texts to translate.

    MODE=demonstration .venv/bin/python benchmarks/exchange.py [--sizes 2500 10000] [--formats po csv]

Each runs the commands that a person would: export, a dry run, storing, undoing. The site is that of the demonstration,
copied to a temporary folder, with its treatments, tests, illnesses and clinics many times; their English is taken away
for the export and comes back in the file.
"""

import argparse
import contextlib
import copy
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import polib
from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_site.settings")

FORMATS = {"po": ["po"], "xliff-1.2": ["xliff"], "xliff-2.0": ["xliff", "--xliff-version", "2.0"], "csv": ["csv"]}
TRANSLATOR = "measured"
SOURCE, TARGET = "ko", "en"
FIGURES = re.compile(r"(\d+) texts, ([\d.]+) s of CPU, at most (\d+) MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="*", type=int, default=[2500, 10_000])
    parser.add_argument("--formats", nargs="*", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--read-only", action="store_true", help="neither store nor undo")
    parser.add_argument("--grow", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grow:
        grow(options.grow)
        return
    print(f"{'texts':>7} {'format':<10}{'export':>18}{'dry run':>18}{'store':>18}{'undo':>18}")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            copy_site(folder)
            run(folder, __file__, "--grow", str(size))
            for name in options.formats:
                measure(folder, name, size, is_stored=name == options.formats[0] and not options.read_only)


def copy_site(folder):
    present = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    for name in ("secret-key", "enquiry-key"):
        shutil.copy(present / name, folder)
    with contextlib.closing(sqlite3.connect(present / "site.sqlite3")) as site:
        site.execute("VACUUM INTO ?", [str(folder / "site.sqlite3")])


def run(folder, *command):
    """Run a command on the site in `folder`. Returns what it told meanwhile."""
    own = os.environ | {"VAR_DIR": str(folder)}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=own, check=True, capture_output=True, text=True)
    return done.stderr


def measure(folder, name, size, *, is_stored):
    """Storing and undoing cost the same whatever the format was."""
    path, manage = folder / f"texts.{name}", ["manage.py"]
    steps = []
    export = ["export_translations", "--to", TARGET, "--from", SOURCE, "--only", "missing", "--format", *FORMATS[name]]
    steps.append(run(folder, *manage, *export, "--output", str(path), "--progress"))
    translate(folder, name, path)
    read = [*manage, "import_translations", str(path), "--by", TRANSLATOR, "--progress"]
    steps.append(run(folder, *read))
    if is_stored:
        steps.append(run(folder, *read, "--apply"))
        undo = ["import_translations", "--undo", str(number_of_file(folder)), "--by", TRANSLATOR, "--progress"]
        steps.append(run(folder, *manage, *undo))
    print(f"{size:>7} {name:<10}{''.join(map(shown, steps))}", flush=True)


def shown(told):
    """The seconds of the last step of a command (storing comes after looking through), and the peak of all."""
    found = FIGURES.findall(told)
    return f"{float(found[-1][1]):>8.1f} s {max(int(peak) for *_r, peak in found):>4} MiB"


def number_of_file(folder):
    with contextlib.closing(sqlite3.connect(folder / "site.sqlite3")) as site:
        return site.execute("SELECT max(id) FROM translations_translationfile").fetchone()[0]


# ── The site ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def grow(size):
    """Copy pages until `size` texts of copies are missing, and write which words these had."""
    import django

    django.setup()
    from django.apps import apps
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.db import transaction

    from hospital_site.publishing.drafts import note_draft

    translator = get_user_model().objects.create(username=TRANSLATOR, is_staff=True)
    translator.groups.set(Group.objects.filter(permissions__codename=f"write_{TARGET}"))
    words, number, texts = {}, 0, 0
    with transaction.atomic():
        kinds = [apps.get_model("centers", name) for name in ("Condition", "Treatment", "DiagnosticTest", "Clinic")]
        pages = [page for kind in kinds for page in kind.objects.all()]
        while texts < size:
            number += 1
            for page in pages:
                if texts < size:
                    made, taken = copied(page, number, words)
                    note_draft(made)
                    texts += taken
    with (Path(os.environ["VAR_DIR"]) / "words.json").open("w", encoding="utf-8") as file:
        json.dump(words, file)


def copied(page, number, words):
    """Return a copy of `page` with its rows, and how many texts were taken from it, which `words` has afterwards."""
    rows = [(name, row) for name in page.inline_relations for row in getattr(page, name).all()]
    made = copy.copy(page)
    made.pk, made.slug, made._prefetched_objects_cache = None, f"{page.slug}-{number}", {}
    texts = without_words(made, words)
    made.save_base(raw=True, force_insert=True)
    for name, row in rows:
        row.pk = None
        setattr(row, getattr(type(page), name).rel.field.name, made)
        texts += without_words(row, words)
        row.save_base(raw=True, force_insert=True)
    return made, texts


def without_words(row, words):
    from hospital_site.publishing.staleness import names_of, source_of

    texts = 0
    for name in names_of(row):
        source, text = getattr(row, f"{name}_{SOURCE}"), getattr(row, f"{name}_{TARGET}")
        if source and text and source_of(row, name) == SOURCE:
            words[source] = text
            setattr(row, f"{name}_{TARGET}", "")
            texts += 1
    return texts


# ── The translator ────────────────────────────────────────────────────────────────────────────────────────────────────


def translate(folder, name, path):
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    write = {"po": translate_po, "csv": translate_csv}.get(name, translate_xliff)
    write(path, words)


def translate_po(path, words):
    catalogue = polib.pofile(str(path), wrapwidth=0)
    for entry in catalogue:
        entry.msgstr = words.get(entry.msgid, entry.msgstr)
    catalogue.save()


def translate_csv(path, words):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | {"translation": words.get(row["source"], "")} for row in rows)


def translate_xliff(path, words):
    tree = etree.parse(str(path))
    for source in tree.iter("{*}source"):
        target = next(source.itersiblings("{*}target"), None)
        text = words.get("".join(source.itertext()))
        if text and target is None:
            target = etree.SubElement(source.getparent(), source.tag.replace("source", "target"))
        if text:
            target.text = text
            (target if "state" in target.attrib else source.getparent()).set("state", "translated")
    tree.write(str(path), encoding="utf-8", xml_declaration=True)


if __name__ == "__main__":
    main()
