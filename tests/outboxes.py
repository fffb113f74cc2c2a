"""Introductions of the village whose mails wait, and a sender of them."""

import threading
from dataclasses import replace

from lab import NOON, TODAY

from wkw import outbox, people, sharing
from wkw.errors import InputError
from wkw.model import Listing
from wkw.web_settings import Post

ANNA, BO, EVA, LEA = "anna@nord.example", "bo@nord.example", "eva@nord.example", "lea@kund.example"


def peopled(lab):
    """The lab with the directory of the village, and Lea."""
    lab.load_people()
    lea = Listing(f"mailto:{LEA}", "lead", name="Lea Sand", company="Kund")
    people.load(lab.graph, lab.settings, [lea], day=TODAY)
    return lab


def post(box, **more):
    return Post("127.0.0.1", box.port, "wkw@nord.example", "https://wkw.nord.example", **{"sealed": False} | more)


def with_post(lab, box):
    """The same lab, whose settings name a letterbox."""
    return replace(lab, settings=replace(lab.settings, post=post(box)))


def env_of(lab):
    """The settings of a lab with a letterbox, for a process of its own."""
    post = lab.settings.post
    return {"WKW_SMTP_URL": f"smtp://127.0.0.1:{post.port}", "WKW_MAIL_FROM": post.sender, "WKW_URL": post.url}


def asked(lab, name="one", *, kind="request", state=None, asker=ANNA, via=BO, target=LEA, note="Please.", now=NOON):
    """The id of a mail about a new introduction."""
    keys = {"asker": lab.key(asker), "via": lab.key(via), "target": lab.key(target)}
    state = state or {"request": "sent", "answer": "accepted"}[kind]
    (row,) = lab.query("introduction", id=name, kind=kind, state=state, note=note, now=now, **keys)
    return row["mail"]


def plain(facts):
    """A mail in so many words: who asks whom about whom, and the asker's own words."""
    asker, introducer, target = (facts[who]["name"] for who in ("asker", "introducer", "target"))
    words = facts["introduction"].get("note") or ""
    return "An introduction", f"{asker} asks {introducer} about {target}.\n\n{words}\n"


def deliver(lab, *, now=NOON, compose=plain, graph=None):
    """What became of the mails that are due, in one round at a time in epoch milliseconds."""
    return dict(outbox.deliver(graph or lab.graph, lab.settings, compose, now=lambda: now, stop=threading.Event()))


def opted_out(lab, who):
    sharing.close(lab.graph, lab.settings, lab.key(who), now=NOON, by="self")


def mails(lab):
    """What is held of each mail, by its id."""
    return {row["id"]: row["facts"] for row in lab.query("mails")}


def states(lab):
    return {name: facts["state"] for name, facts in mails(lab).items()}


def dead(lab, name, **more):
    """The id of a mail that is dead, as all that waited are then: they cannot be written."""

    def compose(facts):
        raise InputError("There is no template for it.")

    mail = asked(lab, name, **more)
    somewhere = Post("127.0.0.1", 9, "wkw@nord.example", "https://wkw.nord.example")
    deliver(replace(lab, settings=replace(lab.settings, post=somewhere)), compose=compose)
    assert states(lab)[mail] == "dead"
    return mail
