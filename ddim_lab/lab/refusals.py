"""Who is answered, and how a page is told what went wrong: the same for the socket and for HTTP."""

import logging
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from ddim_lab.lab.live.network import ModelUnavailableError, NetworkError

log = logging.getLogger(__name__)
STATUS = {"weights": 503, "network": 502, "bad-settings": 422, "internal": 500}  # what HTTP answers beside the words


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the page that asks came from this very server; Streamlit does not guard user routes."""
    try:
        origin = urlsplit(connection.headers.get("origin", ""))
    except ValueError:  # such as http://[::1
        return False
    return bool(origin.netloc) and origin.netloc == connection.headers.get("host")


def in_words(error: Exception) -> tuple[str, str]:
    """The code and the words in which a page is told of `error`; what nobody expected goes into the log."""
    if isinstance(error, ModelUnavailableError):
        return "weights", str(error)
    if isinstance(error, NetworkError):
        return "network", str(error)
    if isinstance(error, TypeError | ValueError):
        return "bad-settings", str(error)
    log.error("a request failed", exc_info=error)
    return "internal", "Something went wrong on the server; its log says what. Change a setting to go on."
