"""Reading our own files of words and rules."""


def read_yaml(path):
    """Return what the YAML file at `path` holds."""
    import yaml  # 25 ms that a page from the store does without

    # libyaml's parser is ten times as fast; PyYAML has it wherever it was installed with one.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)  # noqa: S506 (both are safe)


def read_with_added_languages(path):
    """Return what `path` holds, and with it what `name.vi.yaml` and the like beside it add under their language.

    A deployment adds a language in files of its own, which no release of ours touches.
    """
    content = read_yaml(path)
    for added in sorted(path.parent.glob(f"{path.stem}.*{path.suffix}")):
        merge(content, read_yaml(added))
    return content


def merge(content, added):
    """Put into `content` what `added` has and it lacks. Lists and texts that are there stay."""
    for key, value in added.items():
        if isinstance(value, dict) and isinstance(content.get(key), dict):
            merge(content[key], value)
        else:
            content.setdefault(key, value)
