"""Bodies are read once, by the same strict reader as everywhere else."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from fundcenter.api.problems import TooLarge
from fundcenter.calculators.reading import read_json


class StrictJsonParser(BaseParser):
    """UTF-8 JSON of limited size and depth, without duplicate keys or floats."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Read the body.

        Raises:
            BadJson: it is not strict JSON; names the path.
            TooLarge: it is larger than the API reads.
            UnsupportedMediaType: it claims another encoding than UTF-8.
        """
        request = (parser_context or {})["request"]
        charset = request._request.content_params.get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType(media_type or "")
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise TooLarge(f"The body is larger than {limit} bytes; send fewer facts at once.")
        return read_json(data)
