"""Administration: the jobs."""

from datetime import UTC, datetime
from typing import Any

from wkw import clock, jobs
from wkw.web.access import allow
from wkw.web.calls import call
from wkw.web.contract import Routes
from wkw.web.own import JobsSchema

routes = Routes("administration", "For those who keep wkw running")


@routes.route("/v1/jobs")
@routes.response(200, JobsSchema, description="Each with its last run and its next.")
@allow("admin")
def get_jobs() -> dict[str, Any]:
    """What became of the jobs, and when do they run next?"""
    now = call()
    at = datetime.now(UTC)
    due = {name: clock.next_due(trigger, at) for name, trigger in clock.triggers(now.settings).items()}
    return {"jobs": [jobs.as_data(job, due.get(job.name)) for job in jobs.listed(now.graph)]}
