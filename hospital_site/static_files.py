"""The addresses of static files."""

from functools import cache, cached_property

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Static files under the hash of their content, each of whose addresses is worked out once in a process."""

    @cached_property
    def url(self):
        return cache(super().url)
