"""What only a dump of SQLite has to take care of."""

from pathlib import Path

from tests.backups.sites import CANARY, only_sqlite, opened


@only_sqlite
def test_what_was_deleted_is_not_in_the_free_pages_of_a_copy(sites):
    site = sites()
    site.asks("CREATE TABLE letters (words TEXT)")
    with site.connected() as database, database.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        cursor.execute("INSERT INTO letters VALUES (%s)", [CANARY * 500])
        cursor.execute("DELETE FROM letters")

    file = site.back_up()

    assert any(CANARY.encode() in words for words in site_database(site))
    assert CANARY.encode() not in opened(file, site.key)


def site_database(site):
    path = Path(site.database_url.removeprefix("sqlite:///"))
    return [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]
