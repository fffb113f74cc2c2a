"""How much a caller may do: calls a minute, people within a day, calls at once, in one process or in all."""

import secrets
import sys
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import NOON
from stores import running_redis

from wkw.errors import LimitsUnavailable, SettingsError, TooMany
from wkw.moment import moment
from wkw.web import create_app
from wkw.web.calls import SERVED
from wkw.web.limits import DAY, MINUTE, Limits, Memory, Shared, Window
from wkw.web_settings import Limits as Settings

LEA = {"address": "lea@kund.example"}
KIM = {"address": "kim@okand.example"}
WINDOW = Window("tried", 3, 1_000_000)  # long beside the test itself: Redis forgets by its own clock too


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory):
    with running_redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def limits(request):
    """Makes limits that count in memory, or in a Redis that knows nothing yet."""
    if request.param == "memory":
        return Limits
    server = request.getfixturevalue("redis_server")
    server.stop()
    server.start()
    return lambda settings: Limits(replace(settings, store=server.url))


def refused(call, *args, **more):
    with pytest.raises(TooMany) as error:
        call(*args, **more)
    return error.value


# ---- counting ----


def reference(takes):
    """For each take whether there is room, and else when there will be: by all takes before, one by one."""
    held = []  # who, member, when
    for who, member, now in takes:
        held = [one for one in held if one[2] > now - WINDOW.length]
        own = [one for one in held if one[0] == who]
        if member in [one[1] for one in own]:
            yield None
        elif len(own) < WINDOW.amount:
            held.append((who, member, now))
            yield None
        else:
            yield min(one[2] for one in own) + WINDOW.length


TAKES = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from("12345"), st.sampled_from([0, 1, 100_000, 400_000, 999_999, 1_000_000])
    ),
    max_size=40,
)


def timed(takes):
    now = NOON
    for who, member, later in takes:
        now += later
        yield who, member, now


@given(TAKES)
def test_members_of_a_window_are_counted_as_one_by_one(takes):
    takes, store = list(timed(takes)), Memory()

    assert [store.take(WINDOW, *take) for take in takes] == list(reference(takes))


def test_redis_counts_as_memory_does(redis_server):
    @given(TAKES)
    def check(takes):
        takes, memory, shared = list(timed(takes)), Memory(), Shared(redis_server.url)
        window = replace(WINDOW, name=secrets.token_hex(8))

        assert [shared.take(window, *take) for take in takes] == [memory.take(WINDOW, *take) for take in takes]

    check()


def test_a_call_too_many_says_when_the_next_one_is_free(limits):
    limits = limits(Settings(calls=2))
    for later in (0, 10_000):
        limits.enter("anna", now=NOON + later)
        limits.leave("anna")

    error = refused(limits.enter, "anna", now=NOON + 20_000)
    assert (error.message, error.free) == ("2 calls within a minute are allowed.", NOON + MINUTE)
    limits.enter("bo", now=NOON + 20_000)
    refused(limits.enter, "anna", now=error.free - 1)
    limits.enter("anna", now=error.free)


def test_a_person_counts_once_within_24_hours(limits):
    limits = limits(Settings(people=2))
    for whom in ("lea", "kim", "lea", "kim"):
        limits.look_up("anna", whom, now=NOON)

    assert refused(limits.look_up, "anna", "tom", now=NOON + 1).free == NOON + DAY
    limits.look_up("anna", "lea", now=NOON + 2)
    limits.look_up("bo", "tom", now=NOON + 2)
    limits.look_up("anna", "tom", now=NOON + DAY)


def test_no_more_calls_than_allowed_are_answered_at_once(limits):
    limits = limits(Settings(parallel=2))
    limits.enter("anna", now=NOON)
    limits.enter("anna", now=NOON)

    assert refused(limits.enter, "anna", now=NOON).free == NOON + 1000
    limits.enter("bo", now=NOON)
    limits.leave("anna")
    limits.enter("anna", now=NOON)


def test_a_refused_call_takes_no_place(limits):
    limits = limits(Settings(calls=1, parallel=1))
    limits.enter("anna", now=NOON)
    limits.leave("anna")

    refused(limits.enter, "anna", now=NOON)
    limits.enter("anna", now=NOON + MINUTE)


def test_two_processes_with_one_redis_count_together(redis_server):
    settings = Settings(people=1, store=redis_server.url)
    one, other = Limits(settings), Limits(settings)
    one.look_up("together", "lea", now=NOON)

    refused(other.look_up, "together", "kim", now=NOON)


def test_nobody_is_let_in_while_redis_is_away(redis_server):
    limits = Limits(Settings(store=redis_server.url, parallel=1))
    redis_server.stop()
    with pytest.raises(LimitsUnavailable):
        limits.enter("away", now=NOON)

    redis_server.start()
    limits.enter("away", now=NOON)


def test_a_store_whose_client_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)

    with pytest.raises(SettingsError, match=r"pip install '.\[redis\]'"):
        Limits(Settings(store="redis://127.0.0.1:1"))


# ---- over HTTP ----


def app_with(lab, **limits):
    return create_app(lab.graph, replace(lab.settings, limits=Settings(**limits)))


def asker(lab, app):
    """Asks as one seller whom somebody knows."""
    send = sender(lab, app)
    return lambda target: send("/v1/lookups", target=target, as_of="2026-06-02")


def sender(lab, app):
    """Sends a body to a path, all as one seller."""
    headers = {"Authorization": f"Bearer {lab.token()}"}
    return lambda path, **body: app.test_client().post(path, json=body | {"purpose": "lead_followup"}, headers=headers)


def test_one_more_person_is_a_429_that_says_when(village):
    ask = asker(village, app_with(village, people=2))
    statuses = [ask(target).status_code for target in (LEA, KIM, {"address": "nobody@kund.example"})]
    refusal = ask({"address": "no.one@kund.example"})

    assert statuses == [200, 404, 429]
    problem = refusal.json
    assert (problem["status"], problem["code"], problem["retryable"], problem["who"]) == (429, "too_many", True, "you")
    assert problem["detail"] == "2 people within 24 hours are allowed."
    seconds = datetime.fromisoformat(problem["free_at"]).timestamp() - moment().now / 1000
    assert seconds == pytest.approx(int(refusal.headers["Retry-After"]), abs=2)
    assert 86_000 < seconds <= 86_400
    assert (ask(LEA).status_code, ask(KIM).status_code) == (200, 404)


def test_a_person_counts_once_however_they_are_named(village):
    ask = asker(village, app_with(village, people=1))
    found = ask(LEA).json["target"]

    assert ask({"id": found["id"]}).json["target"] == found
    assert ask({"name": found["name"]}).json["target"] == found


def test_somebody_who_is_not_shown_counts_too(village):
    ask = asker(village, app_with(village, people=1))

    assert [ask({"address": f"{name}@kund.example"}).status_code for name in ("a", "a", "b")] == [404, 404, 429]


def test_whoever_is_shown_as_one_types_counts_as_if_looked_up(village):
    send = sender(village, app_with(village, people=2))
    as_one_types = [send("/v1/targets", name=name) for name in ("Le", "Lea", "Ma", "Ni", "Le", "Pi")]

    assert [one.status_code for one in as_one_types] == [200, 200, 200, 200, 200, 429]  # Lea, Mats, and nobody for Ni
    [lea] = as_one_types[0].json["candidates"]
    assert send("/v1/lookups", target={"id": lea["id"]}).status_code == 200
    assert send("/v1/lookups", target={"name": "Ola Vik"}).status_code == 429


def test_whoever_calls_too_often_is_refused_before_anything_is_done(village):
    ask = asker(village, app_with(village, calls=3))

    assert [ask(LEA).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_every_call_gives_its_place_back_however_it_ends(village):
    app = app_with(village, parallel=1)
    ask = asker(village, app)
    for _ in range(2):
        assert [ask(LEA).status_code, ask({}).status_code, ask(KIM).status_code] == [200, 422, 404]

    served = app.extensions[SERVED]
    served.limits.enter(village.key("mailto:anna@nord.example"), now=moment().now)
    response = ask(LEA)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")
    assert response.json["detail"] == "1 of your calls are being answered already."
    served.limits.leave(village.key("mailto:anna@nord.example"))
    assert ask(LEA).status_code == 200


def test_connectors_are_told_apart(village):
    app = app_with(village, calls=1)
    made = [village.token("connector") for _ in range(2)]
    statuses = [
        app.test_client().post(
            "/v1/interactions", json={"interactions": []}, headers={"Authorization": f"Bearer {key}"}
        )
        for key in (*made, *made)
    ]

    assert [one.status_code for one in statuses] == [200, 200, 429, 429]


def test_whoever_is_not_known_is_not_counted(village):
    app = app_with(village, calls=1)

    assert [app.test_client().get("/v1/me").status_code for _ in range(3)] == [401] * 3


def test_nobody_is_answered_while_callers_cannot_be_counted(village, redis_server):
    ask = asker(village, app_with(village, store=redis_server.url))
    redis_server.stop()
    response = ask(LEA)
    redis_server.start()

    assert (response.status_code, response.json["code"]) == (503, "limits_unavailable")
    assert ask(LEA).status_code == 200
