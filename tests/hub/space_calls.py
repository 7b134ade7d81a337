"""What the Hub answers about running things: the variables and hardware of a Space, and jobs."""

from __future__ import annotations

import json
from typing import Any

from tests.hub import answers
from tests.hub.answers import Answer, Refused, as_json, error
from tests.hub.descriptions import as_date, runtime_of, variables_of
from tests.hub.received import Request
from tests.hub.repositories import FIRST_DAY
from tests.hub.state import Job, State


def show_variables(state: State, request: Request, name: str) -> Answer:
    """``GET /api/spaces/{name}/variables``."""
    return as_json(variables_of(state.writable(request, "space", name)))


def set_variable(state: State, request: Request, name: str) -> Answer:
    """``POST /api/spaces/{name}/variables``."""
    space = state.writable(request, "space", name)
    asked = request.json()
    space.variables[asked["key"]] = asked["value"]
    return as_json(variables_of(space))


def delete_variable(state: State, request: Request, name: str) -> Answer:
    """``DELETE /api/spaces/{name}/variables``."""
    space = state.writable(request, "space", name)
    space.variables.pop(request.json()["key"], None)
    return as_json(variables_of(space))


def show_runtime(state: State, request: Request, name: str) -> Answer:
    """``GET /api/spaces/{name}/runtime``."""
    return as_json(runtime_of(state.visible(request, "space", name)))


def set_hardware(state: State, request: Request, name: str) -> Answer:
    """``POST /api/spaces/{name}/hardware``."""
    space = state.writable(request, "space", name)
    space.hardware = request.json()["flavor"]
    return as_json(runtime_of(space))


def restart(state: State, request: Request, name: str) -> Answer:
    """``POST /api/spaces/{name}/restart``."""
    space = state.writable(request, "space", name)
    space.restarts += 1
    return as_json(runtime_of(space))


def run_job(state: State, request: Request, namespace: str) -> Answer:
    """``POST /api/jobs/{namespace}``: keep what was asked for."""
    account = state.signed_in(request)
    if not account.belongs_to(namespace) or not account.writes:
        raise Refused(answers.foreign_namespace("job", namespace))
    job = Job(namespace, f"{len(state.jobs) + 1:024x}", request.json())
    state.jobs.append(job)
    return as_json(_as_told(job))


def show_job(state: State, request: Request, namespace: str, job_id: str) -> Answer:
    """``GET /api/jobs/{namespace}/{id}``."""
    return as_json(_as_told(_job(state, request, namespace, job_id)))


def list_jobs(state: State, request: Request, namespace: str) -> Answer:
    """``GET /api/jobs/{namespace}``."""
    _check_member(state, request, namespace)
    return as_json([_as_told(job) for job in state.jobs if job.namespace == namespace])


def cancel_job(state: State, request: Request, namespace: str, job_id: str) -> Answer:
    """``POST /api/jobs/{namespace}/{id}/cancel``."""
    job = _job(state, request, namespace, job_id)
    job.stage = "CANCELED"
    return as_json(_as_told(job))


def job_logs(state: State, request: Request, namespace: str, job_id: str) -> Answer:
    """``GET /api/jobs/{namespace}/{id}/logs``: the lines so far, as a stream of events that ends at once."""
    job = _job(state, request, namespace, job_id)
    events = [json.dumps({"timestamp": as_date(FIRST_DAY), "data": line}) for line in job.logs]
    body = "".join(f"data: {event}\n\n" for event in events).encode()
    return Answer(200, body, {"Content-Type": "text/event-stream"})


def _check_member(state: State, request: Request, namespace: str) -> None:
    if not state.signed_in(request).belongs_to(namespace):
        raise Refused(error(403, f"You don't have access to the jobs of {namespace}."))


def _job(state: State, request: Request, namespace: str, job_id: str) -> Job:
    _check_member(state, request, namespace)
    for job in state.jobs:
        if (job.namespace, job.id) == (namespace, job_id):
            return job
    raise Refused(error(404, "Job not found"))


def _as_told(job: Job) -> dict[str, Any]:
    """Return a job as the Hub tells it: secrets by name only."""
    kept = ("dockerImage", "spaceId", "command", "arguments", "environment", "flavor", "labels", "volumes", "expose")
    return {
        "id": job.id,
        "createdAt": as_date(FIRST_DAY),
        "owner": {"id": f"id-of-{job.namespace}", "name": job.namespace, "type": "user"},
        "status": {"stage": job.stage, "message": job.message},
        "secrets": dict.fromkeys(job.spec.get("secrets", {})),
        **{key: job.spec[key] for key in kept if key in job.spec},
    }
