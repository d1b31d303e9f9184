from tests.desk.conftest import korean  # noqa: F401 - each test starts in Korean here too
