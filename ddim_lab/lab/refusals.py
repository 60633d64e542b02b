"""Who is answered, and how a page is told what went wrong: the same for the socket and for HTTP."""

import logging
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import HTTPConnection

from ddim_lab.lab.live.network import ModelUnavailableError, NetworkError

log = logging.getLogger(__name__)
STATUS = {"weights": 503, "network": 502, "bad-settings": 422, "internal": 500}  # what HTTP answers beside the words


def is_named(connection: HTTPConnection) -> bool:
    """Whether it was asked for under a host name that the server was started for, those of server.allowedHosts.

    Else a foreign page whose name points to this machine (DNS rebinding) would count as this app's own.
    """
    try:
        asked = urlsplit(f"//{connection.headers.get('host', '')}")
    except ValueError:
        return False
    if asked.username is not None:  # such as evil.example@localhost
        return False
    name = (asked.hostname or "").rstrip(".")
    allowed = [host.strip().lower().rstrip(".") for host in st.get_option("server.allowedHosts")]
    return not allowed or any(_matches(name, host) for host in allowed)


def _matches(name: str, host: str) -> bool:
    return host == "*" or name == host or (host.startswith("*.") and name.endswith(host[1:]))


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the page that asks came from this very server; Streamlit does not guard user routes.

    The scheme counts; behind a proxy of this machine it is that of X-Forwarded-Proto, which uvicorn puts in.
    """
    try:
        origin = urlsplit(connection.headers.get("origin", ""))
    except ValueError:  # such as http://[::1
        return False
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    own = (scheme, connection.headers.get("host"))
    return bool(origin.netloc) and (origin.scheme, origin.netloc) == own and is_named(connection)


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
