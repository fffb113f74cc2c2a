"""The page of the API in a real Chromium: all is drawn, under the strict policy, with no call to another host."""

import re

from chromium import served

from wkw.web import create_app
from wkw.web.access import allow


def test_every_route_is_drawn_and_the_browser_complains_of_nothing(lab, chromium):
    app = create_app(lab.graph, lab.settings)
    with served(app) as base:
        told = app.test_client().get("/openapi.json").json["paths"]
        drawn, complaints = chromium.look(f"{base}/docs")

    assert complaints == []
    assert set(re.findall(r'data-path="([^"]+)"', drawn)) == told.keys()


def test_a_page_that_breaks_the_policy_or_calls_another_host_is_complained_of(lab, chromium):
    app = create_app(lab.graph, lab.settings)
    broken = "<script>1</script><script src='http://elsewhere.example/x.js'></script><script src='/none.js'></script>"
    app.view_functions["docs.page"] = allow()(lambda: broken)
    with served(app) as base:
        complaints = chromium.look(f"{base}/docs")[1]

    assert len([line for line in complaints if "Content Security Policy" in line]) >= 2
