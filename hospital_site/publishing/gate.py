"""What keeps a draft from being published."""


def findings(page):
    return []


def blocks(found):
    return False
