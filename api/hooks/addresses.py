"""Where a call may go: an address by TLS whose host is public, or in a network that whoever runs the service has named.

Names are resolved at each try, and the call goes to the very address that was looked at: a name that answers otherwise the second
time leads nowhere else.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from validators.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from ipaddress import IPv4Network

NETWORKS: Final = "YOSHIKI_HOOK_NETWORKS"
_PORTS: Final = {"https": 443, "http": 80}
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LONGEST: Final = 2000  # letters
_SOMEWHERE: Final = (IPv4Address("1.1.1.1"),)  # public: stands for a name that is not resolved yet

Address = IPv4Address | IPv6Address


class NowhereError(Exception):
    """An address where nothing may be sent, or that leads nowhere; `why` is a word for the record."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the host as it is called, the one address of it that was looked at, the path with its query."""

    scheme: str
    host: str
    port: int
    address: str
    path: str

    @property
    def called(self) -> str:
        """Return the host as the receiver knows it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def networks_from(environment: Mapping[str, str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the private networks that may be called. Raises InputError for what is none."""
    try:
        return tuple(ip_network(each) for each in environment.get(NETWORKS, "").split())
    except ValueError:
        raise InputError(
            f"{NETWORKS} には、10.1.2.0/24 のようなネットワークを、空白で区切って書いてください。"
        ) from None


def looked_up(host: str, port: int) -> Sequence[Address]:
    """Return the addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(each[4][0]).partition("%")[0]) for each in found))


def weigh(url: str, networks: Sequence[IPv4Network | IPv6Network]) -> None:
    """Look at an address as an administrator enters it. Raises InputError; a name is resolved when something is sent."""
    try:
        target_of(url, networks, lambda _host, _port: _SOMEWHERE if not url.startswith("http:") else _inside(networks))
    except NowhereError as error:
        raise InputError(_WORDS[error.why]) from None


def target_of(
    url: str,
    networks: Sequence[IPv4Network | IPv6Network],
    resolve: Callable[[str, int], Sequence[Address]] = looked_up,
) -> Target:
    """Return where a call may go now. Raises NowhereError."""
    scheme, host, port, path = _parts(url)
    literal = _literal(host)
    try:
        found = [literal] if literal is not None else resolve(host, port)
    except (OSError, ValueError, UnicodeError):
        raise NowhereError("unknown") from None
    open_ = [each for each in found if _may(each, networks)]
    if not open_:
        raise NowhereError("private" if found else "unknown")
    if scheme == "http":  # in clear within a named network alone
        open_ = [each for each in open_ if _named(each, networks)]
        if not open_:
            raise NowhereError("clear")
    return Target(scheme, host, port, str(open_[0]), path)


def _parts(url: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NowhereError("form") from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= _LONGEST
    if parts.scheme not in _PORTS or not host or not plain or parts.username is not None or parts.fragment:
        raise NowhereError("form")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or _PORTS[parts.scheme], path


def _inside(networks: Sequence[IPv4Network | IPv6Network]) -> Sequence[Address]:
    """Return an address within the first named network, else a public one: a name may lead there."""
    return [networks[0].network_address] if networks else _SOMEWHERE


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _may(address: Address, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Return whether an address is public, or in a named network; what carries another address within it is that one."""
    if _named(address, networks):
        return True
    within = _within(address)
    old = isinstance(within, IPv6Address) and within.is_site_local  # what was private before fc00::/7
    return within.is_global and not old and not within.is_multicast and not within.is_reserved


def _named(address: Address, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    within = _within(address)
    return any(within.version == each.version and within in each for each in networks)


def _within(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


_WORDS: Final = {
    "form": "住所は https:// で始め、名前やパスワードを入れずに書いてください。",
    "private": f"その住所は外に開かれていません。内部のネットワークに知らせるには、動かす人が {NETWORKS} に書きます。",
    "clear": f"暗号化しない住所（http）は、{NETWORKS} に書いたネットワークの中だけで使えます。",
}
