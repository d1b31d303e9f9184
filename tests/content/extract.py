"""Takes every text that a patient should find out of the team's content file, without knowing how the site stores it.

python -m tests.content.extract ../shared/content/seed_content.yaml > tests/content/records.yaml
"""

import sys
from pathlib import Path

import yaml

from hospital_site.yaml_files import read_yaml

HEADER = """\
# Every text of the content file (seed_content.yaml) that must stand on a public page, in both languages.
# Made from that file by tests/content/extract.py, not from the site's own first content, so that a loss is noticed.
# Do not edit by hand.

"""

# Notes for us, not words for patients; and `lead`, the start of a sentence that the file also gives in full.
NOT_FOR_PATIENTS = {"meta", "two_hospitals", "flags", "corrections", "suggestions_not_applied", "lead"}


def records(content, name=""):
    """Each text of `content` as {"id", "en", "ko"}, in the file's order; one language where the file has one."""
    if isinstance(content, list):
        for number, part in enumerate(content, start=1):
            yield from records(part, f"{name}.{number}")
    elif isinstance(content, dict):
        name = content.get("id", name)
        texts = {language: content[language] for language in ("en", "ko") if language in content}
        if texts:
            yield {"id": name, **texts}
        if "phone" in content:
            yield {"id": f"{name}.phone", "en": content["phone"], "ko": content["phone"]}
        for key, part in content.items():
            if key not in NOT_FOR_PATIENTS:
                yield from records(part, f"{name}.{key}".lstrip("."))


if __name__ == "__main__":
    content = read_yaml(Path(sys.argv[1]))
    copy = yaml.safe_dump(list(records(content)), allow_unicode=True, sort_keys=False, width=float("inf"))
    sys.stdout.write(HEADER + copy)
