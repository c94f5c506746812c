"""Points for the headers of an answer, 100 at most, and what is wrong with it besides.

Over plain HTTP, which only an intranet uses, HSTS and Secure cannot be had and are not asked for.
"""

import re
from functools import lru_cache

YEAR = 365 * 24 * 3600
A, A_PLUS = 90, 98

# What the content policy forbids in a page, because it stands between the tags themselves.
# A word that must be there at all, which is looked for first since it takes no time.
INLINE = {
    "inline script": ("<script", r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"),
    "style element": ("<style", r"<style\b"),
    "style attribute": ("style=", r"<[a-z][^<>]*?\sstyle="),
    "handler": (" on", r"\son[a-z]+=[\"'](?=[^<>]*>)"),
    "script address": ("javascript:", r"(?:href|src|action)=[\"']?\s*javascript:"),
}
# What only Django itself would say.
FRAMEWORK = re.compile(r"Django|Traceback|WSGIRequest|DisallowedHost|CSRF verification failed")


@lru_cache(maxsize=300)
def inline_code(page: str) -> list[str]:
    page = page.lower()
    return [
        name
        for name, (word, pattern) in INLINE.items()
        if word in page and re.search(pattern, page)
    ]


def policy_of(headers) -> dict[str, list[str]]:
    parts = (part.split() for part in headers.get("Content-Security-Policy", "").split(";"))
    return {name.lower(): values for name, *values in filter(None, parts)}


def is_strict(policy, directive) -> bool:
    """Whether only this host's own files count, and nothing that stands in the page."""
    values = policy.get(directive, policy.get("default-src", ["*"]))
    return set(values) <= {"'self'", "'none'"}


def closed(policy, directive) -> bool:
    """Whether a directive that does not follow default-src allows no other host."""
    return set(policy.get(directive, ["*"])) <= {"'self'", "'none'"} or "sandbox" in policy


def grade(headers, *, https: bool) -> int:
    policy = policy_of(headers)
    hsts = headers.get("Strict-Transport-Security", "")
    age = re.search(r"max-age=(\d+)", hsts)
    cache = headers.get("Cache-Control", "")
    hosts = [
        value for values in policy.values() for value in values if "." in value or "*" in value
    ]
    points = {
        "default-src": 8 * (policy.get("default-src") == ["'none'"]),
        "script-src": 25 * is_strict(policy, "script-src"),
        "style-src": 8 * is_strict(policy, "style-src"),
        "object-src": 4 * (policy.get("object-src", policy.get("default-src")) == ["'none'"]),
        "base-uri": 4 * closed(policy, "base-uri"),
        "form-action": 4 * closed(policy, "form-action"),
        "frame-ancestors": 4 * closed(policy, "frame-ancestors"),
        "outside hosts": 4 * (bool(policy) and not hosts),
        "nosniff": 8 * (headers.get("X-Content-Type-Options") == "nosniff"),
        "frames": 3 * (headers.get("X-Frame-Options") == "DENY"),
        "referrer": 5 * (headers.get("Referrer-Policy") in ("same-origin", "no-referrer")),
        "opener": 5 * (headers.get("Cross-Origin-Opener-Policy") == "same-origin"),
        "resource": 3 * (headers.get("Cross-Origin-Resource-Policy") == "same-origin"),
        "permissions": 3 * ("camera=()" in headers.get("Permissions-Policy", "")),
        "caches": 4 * bool(re.search(r"no-store|private|immutable|max-age=\d", cache)),
        "hsts": 6 * (not https or bool(age and int(age[1]) >= YEAR)),
        "subdomains": 2 * (not https or "includeSubDomains" in hsts),
    }
    return sum(points.values())


def faults(answer, body: str, *, https: bool = False) -> list[str]:
    """What is wrong with an answer: grade, code in the page, cookies, words of Django."""
    kind = answer.headers.get("Content-Type", "")
    is_page = kind.startswith("text/html")
    points, wanted = grade(answer.headers, https=https), A_PLUS if is_page else A
    found = [f"headers have {points} points"] if points < wanted else []
    if is_page:
        found += inline_code(body)
        cache = answer.headers.get("Cache-Control", "")
        found += [] if "no-store" in cache or "private" in cache else ["others' caches may keep it"]
    if answer.status_code >= 400 and FRAMEWORK.search(body):
        found.append("words of the framework")
    if "attachment" in answer.headers.get("Content-Disposition", ""):
        found += [] if "sandbox" in policy_of(answer.headers) else ["a saved file without sandbox"]
    elif kind.startswith(("image/svg", "text/xml")) and "sandbox" not in policy_of(answer.headers):
        found += [] if is_strict(policy_of(answer.headers), "script-src") else ["SVG may run"]
    return found + cookie_faults(answer.cookies, https=https)


def cookie_faults(cookies, *, https: bool) -> list[str]:
    found = []
    for name, cookie in cookies.items():
        if not cookie.value:  # being taken away
            continue
        wrong = [] if cookie["samesite"] == "Lax" else ["SameSite"]
        wrong += [] if cookie["httponly"] or name == "language" else ["HttpOnly"]
        wrong += [] if cookie["secure"] or not https else ["Secure"]
        prefixed = name.startswith("__Host-") or name in ("language", "messages")
        wrong += [] if prefixed or not https else ["__Host-"]
        found += [f"cookie {name} without {what}" for what in wrong]
    return found
