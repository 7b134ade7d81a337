"""A call of the web API by a name that there is not: told in a sentence, as on the command line.

Gradio answers such a call with "Internal Server Error" before it has looked at a single value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

from starlette.responses import JSONResponse

from core.errors import BadSetting, LabError, unknown_name
from core.language import both
from core.ui.calls import endpoints, parameters
from core.ui.people import language_of

# The route that takes parameters by their names, and what Gradio raises there.
_BY_NAME = re.compile(r"/gradio_api/call/v2/(\w+)/?$")
_UNKNOWN = re.compile(r"Parameter `(.*?)` is not a valid", re.DOTALL)
_MISSING = re.compile(r"No value provided for required argument: (\w+)")
_NO_SUCH_ENDPOINT, _WRONG_PARAMETERS = 404, 422


def check_parameters(endpoint: str, given: Iterable[str]) -> None:
    """Raise UnknownName for the first name that is no parameter of the endpoint."""
    known = parameters(endpoint)
    for name in given:
        if name not in known:
            raise unknown_name(both("parameter", "参数"), name, known)


def answer_misnamed(request: Any, error: Exception) -> JSONResponse:
    """Return the answer to a call whose endpoint or parameters Gradio did not find; any other error goes on."""
    called = _BY_NAME.search(request.url.path)
    if called is None:
        raise error
    try:
        _explain(called[1], error)
    except LabError as explained:
        status = _NO_SUCH_ENDPOINT if called[1] not in endpoints() else _WRONG_PARAMETERS
        return JSONResponse({"error": explained.in_language(language_of(request))}, status)


def _explain(endpoint: str, error: Exception) -> NoReturn:
    """Raise what was wrong with a call, or the error itself where it is none of these."""
    if endpoint not in endpoints():
        raise unknown_name(both("endpoint", "接口"), endpoint, endpoints())
    unknown, missing = _UNKNOWN.search(str(error)), _MISSING.search(str(error))
    if unknown:
        check_parameters(endpoint, [unknown[1]])
    if missing:
        raise BadSetting(f"/{endpoint} needs a value for {missing[1]!r}.", f"/{endpoint} 需要参数“{missing[1]}”。")
    raise error


HANDLERS: dict[Any, Any] = {KeyError: answer_misnamed, TypeError: answer_misnamed}
