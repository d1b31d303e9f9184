"""Static files: their addresses, and how they are served."""

from functools import cache, cached_property

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Static files under the hash of their content, each of whose addresses is worked out once in a process."""

    @cached_property
    def url(self):
        return cache(super().url)


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serves static files. Which there are it finds out with the first request for one, not at the start: 50 ms."""

    unread = None

    def update_files_dictionary(self, root, prefix):
        self.unread = root, prefix

    def __call__(self, request):
        if not request.path_info.startswith(self.static_prefix):
            return self.get_response(request)
        if unread := self.unread:
            super().update_files_dictionary(*unread)
            self.unread = None
        return super().__call__(request)
