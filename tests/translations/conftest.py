import pytest


@pytest.fixture
def project(tmp_path, settings):
    """An empty project: what a test writes there is all that the catalogues know."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [("ko", "한국어"), ("en", "English")]
    settings.SOURCE_LANGUAGE = "en"
    return tmp_path
