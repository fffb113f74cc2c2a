"""Introductions in the village: Cia asks Anna, who knows Lea."""

from dataclasses import dataclass, replace
from itertools import count

from lab import NOON, TODAY, Lab

from wkw import setup
from wkw.errors import WkwError
from wkw.introductions import asking
from wkw.introductions.held import shown
from wkw.lookup import Question, lookup
from wkw.model import Target
from wkw.moment import Moment
from wkw.web_settings import Post

POST = Post("127.0.0.1", 25, "wkw@nord.example", "https://wkw.nord.example", sealed=False)
HOUR, DAY = 3_600_000, 86_400_000
KEYS = count()
CIA, ANNA, BO = (f"{name}@nord.example" for name in ("cia", "anna", "bo"))


def at(now=NOON):
    return Moment(now, now // DAY)


@dataclass(frozen=True)
class Asking:
    """Asks in a lab as somebody."""

    lab: Lab

    def wish(self, *, through="anna@nord.example", to="lea@kund.example", by="cia@nord.example", **more):
        """What an asker would say; the introducer by the id of a lookup."""
        question = Question(Target(uri=f"mailto:{to}"), self.lab.key(by), TODAY, limit=50, one_way=True)
        found = lookup(self.lab.graph, self.lab.settings, question)
        introducer = next(one.id for one in found.introducers if one.name == NAMES[through])
        facts = {"purpose": "introduction", "note": "We met at the fair.", "once": str(next(KEYS))}
        return asking.Wish(Target(id=found.target["id"]), introducer, **(facts | more))

    def draft(self, *, by="cia@nord.example", now=NOON, **wish):
        """The id of a new draft."""
        made = self.wish(by=by, **wish)
        return asking.draft(self.lab.graph, self.lab.settings, made, who=self.lab.key(by), at=at(now)).id

    def send(self, request, *, by="cia@nord.example", now=NOON, once=None):
        once = once or str(next(KEYS))
        return asking.send(self.lab.graph, request, self.lab.key(by), once=once, at=at(now))

    def move(self, name, request, by, *, now=NOON, **more):
        """Any step, `send` and `decline` among them."""
        if name == "send":
            self.send(request, by=by, now=now)
        elif name == "decline":
            asking.decline(self.lab.graph, request, self.lab.key(by), at=at(now), **more)
        else:
            asking.move(self.lab.graph, name, request, self.lab.key(by), at=at(now), **more)

    def sent(self, **wish):
        """The id of a request that was sent."""
        request = self.draft(**wish)
        self.send(request, by=wish.get("by", "cia@nord.example"), now=wish.get("now", NOON))
        return request

    def shown(self, request, by="cia@nord.example", *, now=NOON):
        return shown(self.lab.graph, request, self.lab.key(by), at=at(now))

    def forget(self):
        self.lab.query("forget_introductions")

    def decide(self, **changes):
        """Changes what administrators decided."""
        held = setup.in_force(self.lab.graph)
        setup.change(self.lab.graph, replace(held, **changes), expected=held.version, by=None, at=NOON)


def fate(act):
    """The error that an act ends with, or None."""
    try:
        act()
    except WkwError as error:
        return type(error)
    return None


NAMES = {"anna@nord.example": "Anna Berg", "bo@nord.example": "Bo Ek", "eva@nord.example": "Eva Noor"}
