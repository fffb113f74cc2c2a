"""The words of an introduction: the mails as they will be sent, what is in their way, and what may be forwarded."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from wkw import letters, setup
from wkw.errors import InputError
from wkw.graph import Graph, Row
from wkw.introductions.states import Introduction
from wkw.letters import Letter
from wkw.moment import instant
from wkw.setup import Setup

LENGTH = 120  # words that a busy person reads
ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]+@[^\s<>()\[\]\",;:]+")
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|%\}")
SOMEBODY = {"en": "colleague", "sv": "kollega"}  # whom an asker is not told
FOOTER = {
    "en": "\n-- \nSay yes or no here, without signing in, until {until}:\n{link}\n\n"
    "Sent by wkw because {asker} asked. Nothing happens if you do nothing.\n",
    "sv": "\n-- \nSvara ja eller nej här, utan att logga in, till och med {until}:\n{link}\n\n"
    "Skickat av wkw för att {asker} bad om det. Gör du inget så händer inget.\n",
}
FORWARD = {
    "en": (
        "{asker}, meet {target}",
        "Hello {target},\n\nI would like you to meet my colleague {asker}{title}, who is in copy.{why}\n\n"
        "I leave you to it.\n\n{introducer}\n",
        "\n\n{asker} writes: {note}",
    ),
    "sv": (
        "{asker}, får jag presentera {target}",
        "Hej {target},\n\nJag vill gärna presentera min kollega {asker}{title}, som får en kopia.{why}\n\n"
        "Jag lämnar ordet till er.\n\n{introducer}\n",
        "\n\n{asker} skriver: {note}",
    ),
}
# To the asker, by what became of it: the subject and the text.
ANSWERS = {
    "en": {
        "accepted": (
            "{introducer} will introduce you to {target}",
            "{introducer} said yes, and writes to {target} from their own mailbox, with you in copy.\n",
        ),
        "declined": (
            "No introduction to {target} this time",
            "{introducer} cannot introduce you to {target} this time.{reason}{again}\n",
        ),
        "expired": (
            "No answer about {target}",
            "{introducer} has not introduced you to {target}, and the request has ended. You may ask somebody else.\n",
        ),
    },
    "sv": {
        "accepted": (
            "{introducer} presenterar dig för {target}",
            "{introducer} har tackat ja och skriver till {target} från sin egen brevlåda, med kopia till dig.\n",
        ),
        "declined": (
            "Ingen presentation för {target} den här gången",
            "{introducer} kan inte presentera dig för {target} den här gången.{reason}{again}\n",
        ),
        "expired": (
            "Inget svar om {target}",
            "{introducer} har inte presenterat dig för {target}, och förfrågan har gått ut. Fråga gärna någon annan.\n",
        ),
    },
}
REASON = {"en": "\n\nThey say: {reason}", "sv": "\n\nDe skriver: {reason}"}
AGAIN = {"en": "\n\nYou may ask again from {again}.", "sv": "\n\nDu får fråga igen från och med {again}."}
WHO = {"en": "Your colleague", "sv": "Din kollega"}


@dataclass(frozen=True, slots=True)
class Preview:
    """The mail as it will be sent, if it can be; what is in its way, by field; and what would make it better."""

    letter: Letter | None
    problems: Mapping[str, list[str]]
    advice: tuple[str, ...]


def language(person: Row) -> str:
    """In which language somebody is written to."""
    return letters.language(person["language"], person["region"])


def name(person: Row) -> str:
    """What somebody is called."""
    return str(person["name"] or person["address"] or "?")


def hidden(found: Introduction, decided: Setup) -> bool:
    """Whether the asker is not told who the introducer is."""
    return decided.blind and found.role == "asker" and not found.revealed()


def preview(graph: Graph, found: Introduction, decided: Setup, *, link: str | None, until: int) -> Preview:
    """The mail to the introducer; in blind mode it names nobody, so that the asker sees what they will get.

    `link` is where they answer, `until` (epoch milliseconds) how long they can; None where no mail is sent.
    """
    problems = {field: why for field, why in _problems(found, decided) if why}
    letter = None
    try:
        letter = request(graph, found, decided, link=link, until=until)
    except InputError as error:
        problems |= error.fields
    long = letter and len(letter.text.partition("\n-- \n")[0].split()) > LENGTH
    return Preview(letter, problems, (f"Shorter is better: it has more than {LENGTH} words.",) if long else ())


def request(graph: Graph, found: Introduction, decided: Setup, *, link: str | None, until: int) -> Letter:
    """The mail that asks; an InputError where it would have a hole in it."""
    blind = decided.blind and not found.revealed()
    spoken = language(found.asker if blind else found.introducer)  # another language would tell something of them
    values = {
        "asker": name(found.asker),
        "introducer": SOMEBODY[spoken] if blind else name(found.introducer),
        "target": name(found.target),
        "company": found.target["company"] or "",
        "note": found.facts.get("note") or "",  # gone a week after the end
    }
    drafted = setup.version(graph, found.facts["setup"]).templates[spoken]
    if (text := found.facts.get("text")) is not None:
        drafted = letters.Template(drafted.subject, "{{ note }}")
        values["note"] = text
    letter = letters.render(drafted, values)
    if link is None:
        return letter
    last = instant(until).date().isoformat()
    footer = FOOTER[spoken].format(until=last, link=link, asker=values["asker"])
    return Letter(letter.subject, letter.text.rstrip("\n") + "\n" + footer)


def answer(found: Introduction, decided: Setup, state: str) -> Letter:
    """The mail that tells the asker what became of it: `accepted`, `declined` or `expired`."""
    spoken = language(found.asker)
    facts, again = found.facts, found.facts.get("again")
    reason = facts.get("reason") if facts.get("share_reason") else None
    told = {
        "introducer": WHO[spoken] if decided.blind and not found.revealed() else name(found.introducer),
        "target": name(found.target),
        "reason": REASON[spoken].format(reason=reason) if reason else "",
        "again": AGAIN[spoken].format(again=instant(again).date().isoformat()) if again else "",
    }
    subject, text = (one.format(**told) for one in ANSWERS[spoken][state])
    return Letter(subject, text)


def mail(graph: Graph, facts: Row, *, link: str) -> Letter:
    """The mail that an outbox asks for, of what it holds: its id, its kind, the request and the three people."""
    people = [facts[one] for one in ("asker", "introducer", "target")]
    held = facts["introduction"]
    found = Introduction(held["id"], "introducer", held["state"], held, *people)
    decided = setup.in_force(graph)
    if facts["kind"] == "request":
        return request(graph, found, decided, link=link, until=held["expires"])
    return answer(found, decided, facts["mail"].rpartition("-")[2])


def forward(found: Introduction) -> Letter:
    """What the introducer may send to the target from their own mailbox, in fewer than 120 words."""
    spoken = language(found.introducer)
    subject, text, why = FORWARD[spoken]
    title = found.asker["title"]
    told = {one: name(getattr(found, one)) for one in ("asker", "introducer", "target")}
    told |= {"title": f" ({title})" if title else ""}
    note = why.format(asker=told["asker"], note=found.facts.get("note") or "")
    fits = found.facts.get("note") and len((text + note).split()) < LENGTH
    return Letter(subject.format(**told), text.format(**told, why=note if fits else ""))


def mailto(found: Introduction) -> str | None:
    """A link that opens the introducer's own mail program with that text; None where no address is known."""
    if not found.target["address"]:
        return None
    letter = forward(found)
    query = {"cc": found.asker["address"], "subject": letter.subject, "body": letter.text.replace("\n", "\r\n")}
    return f"mailto:{quote(found.target['address'])}?{urlencode(query, quote_via=quote)}"


def _problems(found: Introduction, decided: Setup) -> Iterator[tuple[str, list[str]]]:
    known = [found.asker["address"], *([] if hidden(found, decided) else [found.introducer["address"]])]
    for field in ("note", "text"):
        words = found.facts.get(field) or ""
        yield field, [*unfit(words, [one for one in known if one])]


def unfit(words: str, known: list[str]) -> Iterator[str]:
    """Why some words cannot be mailed: placeholders that are left, and addresses other than the directory's."""
    if PLACEHOLDER.search(words):
        yield "Has a placeholder left."
    allowed = {one.casefold() for one in known}
    named = ADDRESS.findall(unicodedata.normalize("NFKC", words))
    if any(one.rstrip(".!?'").casefold() not in allowed for one in named):
        yield "Names an address that is not yours or the colleague's."
