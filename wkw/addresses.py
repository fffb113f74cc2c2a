"""What people are reached under: one canonical URI an address, headers taken apart, keys made of URIs.

Two spellings are one address only where no mail server tells them apart in practice: case, Unicode normal form, quotes,
IDN spelling and, at the providers in `data/plus_tag_domains.txt`, the plus-tag. Look-alikes are never merged.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

import idna
from publicsuffixlist import PublicSuffixList

from wkw.errors import AddressError

MAX_RAW = 1000
MAX_LOCAL = 256
MAX_DOMAIN = 253

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
# At least two labels and no number as the last one: `localhost` and `192.0.2.1` name another machine everywhere.
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)++(?![0-9]+\Z){_LABEL}")
_PLAIN = re.compile(rf"([a-z0-9!#$%&'*+/=?^_`{{|}}~.-]++)@({_DOMAIN.pattern})\.?", re.IGNORECASE | re.ASCII)
_BARE = re.compile(r'[^\x00-\x20\x7f()<>\[\]:;@\\,"]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_NUMBER = re.compile(r"\+[1-9][0-9]{2,14}")
_CRM = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*+):([^\s:](?:[^\s]*[^\s:])?)")
_GUID = re.compile(r"\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?", re.IGNORECASE)
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def listed(file: str) -> frozenset[str]:
    """Give the entries of a data file of the package: one a line, `#` starts a comment."""
    text = resources.files("wkw").joinpath("data", file).read_text("utf-8")
    return frozenset(entry for line in text.splitlines() if (entry := line.partition("#")[0].strip()))


@lru_cache(maxsize=1 << 16)
def canonical(raw: str) -> str:
    """Give the one URI of an address, a telephone number or a CRM id; AddressError where it is none of them."""
    text = raw.strip(" \t\r\n")
    if len(text) > MAX_RAW:
        raise AddressError("The address is too long.")
    scheme, colon, rest = text.partition(":")
    match scheme.lower():
        case "tel" if colon:
            return _telephone(rest)
        case "crm" if colon:
            return _crm(rest)
        case "mailto" if colon:
            return _mail(rest.strip(" \t\r\n"))
    return _telephone(text) if text.startswith("+") and "@" not in text else _mail(text)


def _mail(text: str) -> str:
    plain = _PLAIN.fullmatch(text)
    if plain and "xn--" not in (name := plain[2].lower()):
        local = plain[1].lower()
    else:
        front, at, back = unicodedata.normalize("NFC", text).rpartition("@")
        if not at:
            raise AddressError("A mail address needs an @.")
        local, name = _local(front), canonical_domain(back)
    if "+" in local and name in _plus_tag_domains():
        local = local.partition("+")[0] or local
    if len(local) > MAX_LOCAL or len(name) > MAX_DOMAIN:
        raise AddressError("The address is too long.")
    return f"mailto:{_spelled(local)}@{name}"


def _local(front: str) -> str:
    """Give what the local part means, without quotes, folded."""
    _refuse_unseen(front)
    if quoted := _QUOTED.fullmatch(front):
        front = re.sub(r"\\(.)", r"\1", quoted[1])
    elif not _BARE.fullmatch(front):
        raise AddressError("The part before the @ is missing or holds characters that need quotes.")
    # Folding NFD and composing again makes the result stable: folding alone can undo NFC.
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", front).casefold())
    if not folded:
        raise AddressError("Nothing stands before the @.")
    return folded


def _spelled(local: str) -> str:
    if _BARE.fullmatch(local):
        return local
    return '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'


def _refuse_unseen(text: str) -> None:
    """Refuse control, bidi and other characters nobody sees, odd spaces, and bytes that could not be decoded."""
    if text.isascii() and text.isprintable():
        return
    for letter in text:
        kind = unicodedata.category(letter)
        if kind in UNSEEN or letter == _REPLACEMENT or (kind == "Zs" and letter != " "):
            raise AddressError("The address holds characters that cannot be seen.")


def canonical_domain(raw: str) -> str:
    """Give a domain in lower-case ASCII (UTS-46) without the dot at its end; AddressError where it is none."""
    _refuse_unseen(raw)
    if len(raw) > MAX_DOMAIN + 1:
        raise AddressError("The domain is too long.")
    name = raw.lower()
    if not name.isascii() or "xn--" in name:
        try:
            name = idna.encode(raw, uts46=True, std3_rules=True).decode("ascii")
        except UnicodeError as error:  # idna.IDNAError is one
            raise AddressError("The domain is not a valid international name.") from error
    name = name.removesuffix(".")
    if not _DOMAIN.fullmatch(name) or len(name) > MAX_DOMAIN:
        raise AddressError("The part after the @ is not a domain on the internet.")
    return name


def _telephone(text: str) -> str:
    digits = re.sub(r"[\s().\-/\u00a0\u2010-\u2013]", "", text.replace("(0)", ""))
    number = "+" + digits[2:] if digits.startswith("00") else digits
    if not _NUMBER.fullmatch(number):
        raise AddressError("A telephone number needs its country code, as in tel:+4687000.")
    return f"tel:{number}"


def _crm(text: str) -> str:
    _refuse_unseen(text)
    parts = _CRM.fullmatch(unicodedata.normalize("NFC", text))
    if not parts:
        raise AddressError("A CRM id is written crm:<system>:<id>.")
    # Ids keep their case (Salesforce tells 15-letter ids apart by it), GUIDs have none.
    guid = _GUID.fullmatch(parts[2])
    return f"crm:{parts[1].lower()}:{guid[1].lower() if guid else parts[2]}"


def domain(uri: str) -> str | None:
    """Give the domain of a canonical mail URI; None for other URIs."""
    return uri.rpartition("@")[2] if uri.startswith("mailto:") else None


def company_domain(uri: str) -> str | None:
    """Give the registrable domain of a canonical mail URI; None for free mail and for other URIs."""
    name = domain(uri)
    return _company(name) if name else None


@lru_cache(maxsize=1 << 14)
def _company(name: str) -> str | None:
    found = registrable(name)
    return None if found is None or is_free_mail(name) else found


def registrable(name: str) -> str | None:
    """Give the part of a domain that its owner registered: kund.example of news.kund.example; None above that."""
    found = _suffixes().privatesuffix(name)
    return None if found is None else str(found)


def is_free_mail(name: str) -> bool:
    """Tell whether a domain, or the one it lies in, gives mailboxes to everybody."""
    return name in _free_mail() or registrable(name) in _free_mail()


def is_public_suffix(name: str) -> bool:
    """Tell whether everybody may register a domain below this one, as below co.uk."""
    return bool(_suffixes().is_public(name))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


@cache
def _free_mail() -> frozenset[str]:
    return listed("free_mail.txt")


@cache
def _plus_tag_domains() -> frozenset[str]:
    return listed("plus_tag_domains.txt")


def address_key(secrets: tuple[bytes, ...], uri: str) -> str:
    """Give the key of a canonical URI: its HMAC-SHA-256 in hex by the first secret, and that one's by the next."""
    first, *newer = secrets
    return newer_key(newer, hmac.digest(first, uri.encode(), "sha256").hex())


def newer_key(newer: Iterable[bytes], key: str) -> str:
    """Give what becomes of an address key by further secrets, the oldest first."""
    for secret in newer:
        key = hmac.digest(secret, key.encode(), "sha256").hex()
    return key


def interaction_id(secret: bytes, event: str, from_key: str, to_key: str) -> str:
    """Give the id of what an event says about two address keys: 32 hex digits of an HMAC-SHA-256."""
    # The lengths make it unambiguous: no two triples are written alike, whatever an event id holds.
    text = f"{len(from_key)}:{from_key}{len(to_key)}:{to_key}{event}"
    return hmac.digest(secret, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
