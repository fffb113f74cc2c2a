"""Reads the directory of people, which has to be right as a whole: the first rows are given once all have been read."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal, cast

from wkw.addresses import canonical_domain
from wkw.connectors.recipients import tidy_name
from wkw.connectors.rows import Columns, Row, Unusable, address, addresses, choice, rows, shown, text
from wkw.errors import AddressError, FileError
from wkw.letters import LANGUAGES
from wkw.model import Listing

COLUMNS = Columns(
    required=("address", "kind"),
    optional=(
        "name",
        "title",
        "company",
        "domain",
        "crm_id",
        "aliases",
        "region",
        "department",
        "from",
        "until",
        "noticed",
        "language",
    ),
)
KINDS = ("colleague", "contact", "lead")
MAX_ERRORS = 20

_EPOCH = date(1970, 1, 1).toordinal()


def read(path: Path) -> Iterator[Listing]:
    """Give every person of a directory; FileError with up to 20 wrong lines, and nothing else, where one is wrong."""
    found, problems = checked(rows(path, COLUMNS), "line")
    if problems:
        wrong = {f"line {number}": [why] for number, why in problems.items()}
        shown = "; ".join(f"{line}: {why[0]}" for line, why in list(wrong.items())[:3])
        count = f"at least {MAX_ERRORS}" if len(wrong) == MAX_ERRORS else len(wrong)
        message = f"{path} has {count} wrong line{'s' * (len(wrong) > 1)} ({shown}{'; ...' * (len(wrong) > 3)})."
        raise FileError(message, remedy="Correct them; nothing was taken over.", fields=wrong)
    yield from found


def checked(numbered: Iterable[tuple[int, Row | None]], word: str) -> tuple[list[Listing], dict[int, str]]:
    """Give the people of numbered rows, and by number what is wrong, up to 20; `word` is what a number counts."""
    found: list[Listing] = []
    wrong: dict[int, str] = {}
    seen: dict[str, int] = {}  # the row each address was in
    for number, row in numbered:
        try:
            listing = _listing(row)
            _check_alone(listing, seen, number, word)
            found.append(listing)
        except Unusable as error:
            wrong[number] = error.why
            if len(wrong) == MAX_ERRORS:
                break
    return found, wrong


def _check_alone(listing: Listing, seen: dict[str, int], number: int, word: str) -> None:
    """Refuse an address that an earlier row has: one address belongs to one person."""
    own = {listing.address, *listing.aliases}
    for uri in own & seen.keys():
        raise Unusable("address_twice", f"one of its addresses is on {word} {seen[uri]} too")
    seen.update(dict.fromkeys(own, number))


def _listing(row: Row | None) -> Listing:
    if row is None:
        raise Unusable("bad_row", "not a JSON object, or not one cell a column")
    if strange := row.keys() - COLUMNS.known:
        raise Unusable("unknown_field", f"unknown field {', '.join(sorted(map(shown, strange)))}")
    own = address(row, "address")
    first, until = _day(row, "from"), _day(row, "until")
    if first is not None and until is not None and until <= first:
        raise Unusable("bad_until", "until must be after from")
    return Listing(
        address=own,
        kind=cast(Literal["colleague", "contact", "lead"], choice(row, "kind", KINDS)),
        name=tidy_name(text(row, "name") or "") or None,
        title=text(row, "title"),
        company=text(row, "company"),
        domain=_domain(row),
        crm_id=_crm_id(row),
        aliases=tuple(uri for uri in dict.fromkeys(addresses(row, "aliases")) if uri != own),
        region=text(row, "region"),
        department=text(row, "department"),
        first_day=first,
        until_day=until,
        noticed_day=_noticed(row),
        language=choice(row, "language", LANGUAGES) if row.get("language") else None,
    )


def _day(row: Row, name: str) -> int | None:
    told = text(row, name)
    try:
        return date.fromisoformat(told).toordinal() - _EPOCH if told else None
    except ValueError as error:
        raise Unusable(f"bad_{name}", f"{name} must be a day such as 2026-01-31") from error


def _noticed(row: Row) -> int | None:
    """Give the day on which somebody outside was told what is held of them; a colleague has none."""
    day = _day(row, "noticed")
    if day is not None and row.get("kind") == "colleague":
        raise Unusable("bad_noticed", "noticed is of contacts and leads alone")
    return day


def _domain(row: Row) -> str | None:
    told = text(row, "domain", longest=253)
    try:
        return canonical_domain(told) if told else None
    except AddressError as error:
        raise Unusable("bad_domain", "domain must be a domain such as kund.example") from error


def _crm_id(row: Row) -> str | None:
    if row.get("crm_id") is None:
        return None
    told = row["crm_id"]
    if not (isinstance(told, str) and told.strip().lower().startswith("crm:")):
        raise Unusable("bad_crm_id", "crm_id must be written crm:<system>:<id>")
    return address(row, "crm_id")
