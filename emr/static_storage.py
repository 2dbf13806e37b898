"""How static files are stored: named by their content, and compressed within a second instead of half a minute."""
from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Gzip only, and no source maps.

    Brotli at its highest level takes half a minute for the API documentation's scripts alone, at every first start;
    source maps (half of all bytes) are read by nobody but a debugger.
    """

    def create_compressor(self, **options: Any) -> Compressor:
        options["extensions"] = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
        return Compressor(use_brotli=False, **options)
