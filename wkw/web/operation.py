"""Administration: the jobs, and the audit log."""

from datetime import UTC, datetime
from typing import Any

from wkw import clock, jobs
from wkw.audit import as_data
from wkw.web.access import allow
from wkw.web.calls import call, served
from wkw.web.contract import Routes, following
from wkw.web.own import AuditsSchema, JobsSchema
from wkw.web.schemas import AuditSchema

routes = Routes("administration", "For those who keep wkw running")

# What one may do with an answer.
FOLLOWING = following("get_audit")


@routes.route("/v1/jobs")
@routes.response(200, JobsSchema, description="Each with its last run and its next.")
@allow("admin")
def get_jobs() -> dict[str, Any]:
    """What became of the jobs, and when do they run next?"""
    now = call()
    at = datetime.now(UTC)
    due = {name: clock.next_due(trigger, at) for name, trigger in clock.triggers(now.settings).items()}
    return {"jobs": [jobs.as_data(job, due.get(job.name)) for job in jobs.listed(now.graph)]}


@routes.route("/v1/admin/audit")
@routes.doc(responses={200: {"links": FOLLOWING}})
@routes.response(200, AuditsSchema, description="The newest first; the first page begins with this very call.")
@routes.arguments(AuditSchema, location="query")
@allow("admin")
def get_audit(page: dict[str, Any]) -> dict[str, Any]:
    """Who asked for what, and what were they told?"""
    with call().recorded("audit"):
        rows, cursor = served().audit.page(**page)
    return {"rows": [as_data(file, row) for file, row in rows], "next": cursor}
