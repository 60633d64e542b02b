"""Those who ask over HTTP without a page's token: each address has its turns, as a page has."""

from cachetools import TTLCache
from starlette.requests import HTTPConnection

from ddim_lab.lab.live.shares import Account

_accounts: TTLCache[str, Account] = TTLCache(1000, 3600)  # seconds of the cores, by address


def account(request: HTTPConnection) -> Account:
    """What the address that asks has had of the cores; behind a proxy of this machine it is the one the proxy tells."""
    address = request.client.host if request.client else ""
    return _accounts.setdefault(address, Account())
