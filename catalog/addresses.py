"""Canonical addresses: two URLs of one page become equal, two pages never do.

What is dropped names the visitor's way to a page and not the page: tracking parameters, the fragment, the default port,
``www.``, a trailing slash. What may name the page stays, also a query of unknown meaning.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

TRACKING = re.compile(
    r"^(utm_\w+|ga_\w+|mtm_\w+|pk_\w+|hsa_\w+|_hs\w+|mc_[ce]id|mkt_tok|gclid|dclid|gbraid|wbraid|fbclid|msclkid|twclid|"
    r"yclid|igshid|_ga|_gl|s_cid|cmpid|icid|ncid|vero_id|oly_(anon|enc)_id|__hs\w+|elqtrack\w*)$",
    re.IGNORECASE,
)
SAME_HOST = {
    "m.labce.com": "labce.com",
    "asclsce.medialab.com": "asclsce.org",
    "medialab.com": "medialabinc.net",
    "varnish.labroots.com": "labroots.com",
}
"""Hosts that serve another host's pages under the same paths."""

DEFAULT_PORTS = {"http": "80", "https": "443"}
ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
SAFE_IN_PATH = "/:@!$&'()*+,;=-._~%"


@lru_cache(maxsize=10_000)
def canonical_url(url: str) -> str:
    """The address under which a page is known: ``https``, no ``www.``, no tracking, its parameters in order.

    >>> canonical_url("http://WWW.LabCE.com:80/Anemia.aspx?utm_source=x&b=2&a=1#top")
    'https://labce.com/Anemia.aspx?a=1&b=2'

    Raises ``ValueError`` where the text is no absolute http or https URL.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"{url!r} is no absolute http or https URL")
    host = parts.hostname.lower().rstrip(".").removeprefix("www.")
    host = SAME_HOST.get(host, host)
    port = "" if parts.port is None or str(parts.port) == DEFAULT_PORTS[scheme] else f":{parts.port}"
    path = ESCAPE.sub(lambda found: found[0].upper(), quote(parts.path, safe=SAFE_IN_PATH)).rstrip("/") or "/"
    query = parse_qsl(parts.query, keep_blank_values=True)
    named = sorted((name, value) for name, value in query if not TRACKING.match(name))
    return urlunsplit(("https", host + port, path, urlencode(named), ""))
