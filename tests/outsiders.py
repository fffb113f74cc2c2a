"""What people outside ask, by two administrators of the village, and what is left of them."""

from lab import NOON, TODAY

from wkw import rights, sharing
from wkw.addresses import canonical
from wkw.errors import NotFound
from wkw.lookup import Question, lookup
from wkw.model import Target
from wkw.moment import Moment

AT = Moment(NOON, TODAY)
LATER = Moment(NOON + 60_000, TODAY)
LEA = ("lea@kund.example", "tel:+46846500401", "crm:dynamics:1001")
ANNA, BO, EVA, NOOR = "anna@nord.example", "bo@nord.example", "eva@nord.example", "eva.noor@nord.example"


def who(lab, address):
    return rights.outsider(lab.graph, lab.settings, Target(uri=canonical(address)), day=TODAY)


def ask(lab, kind="erasure", address=LEA[0], by=ANNA):
    return rights.ask(lab.graph, lab.settings, who(lab, address), kind, by=lab.key(by), at=AT)


def approve(lab, request, address=LEA[0], by=BO, at=LATER):
    return rights.approve(lab.graph, lab.settings, request, who(lab, address), by=lab.key(by), at=at)


def erased(lab, kind="erasure", address=LEA[0]):
    """The request, once it was asked, approved and carried out."""
    request = approve(lab, ask(lab, kind, address), address)
    sharing.finish(lab.graph, lab.settings, now=LATER.now)
    return request


def withdraw(lab, request):
    rights.withdraw(lab.graph, request.id)


def shown(lab, address=LEA[0], asker=ANNA):
    """Whether a lookup shows somebody."""
    try:
        lookup(lab.graph, lab.settings, Question(Target(uri=canonical(address)), lab.key(asker), TODAY))
    except NotFound:
        return False
    return True


def left(lab, *addresses):
    """What is left of some addresses: nothing but a closed gate."""
    rows = [lab.query("address", key=lab.key(one)) for one in addresses]
    return [row["facts"].keys() - {"key", "sharing", "collect_from", "seen"} for (row,) in rows], {
        row["facts"]["sharing"] for (row,) in rows
    }


def nothing_is_left(lab, *addresses):
    return left(lab, *addresses) == ([set()] * len(addresses), {False})
