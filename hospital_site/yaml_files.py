"""Reading our own files of words and rules."""

import yaml

# libyaml's parser is ten times as fast; PyYAML has it wherever it was installed with one.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path):
    """Return what the YAML file at `path` holds."""
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=Loader)  # noqa: S506 (both are safe)
