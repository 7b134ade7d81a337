"""The use-cases, each once. Page, command line and web API call these and nothing else.

Everything that comes back is plain values, ready for JSON, or an iterator of events; everything that goes wrong and
that a person can mend is a `LabError`.
"""

from __future__ import annotations

from core.use_cases.exploring import Exploring
from core.use_cases.gradient_flow import GradientFlow
from core.use_cases.inspecting import Inspecting
from core.use_cases.measuring import Measuring
from core.use_cases.sharing import Sharing
from core.use_cases.teaching import Teaching
from core.use_cases.training import Training
from core.use_cases.truncating import Truncating
from core.use_cases.writing import Writing


class Lab(Training, Writing, Measuring, Exploring, Inspecting, GradientFlow, Truncating, Teaching, Sharing):
    """One set of models, checkpoints and texts.

    Each kind of use extends `core.use_cases.finding.Finding`, where things are found by their names, and adds methods to it.
    None overrides or calls a method of another one, so the order above means nothing.

    Args:
        plugins: folder of plug-ins; a relative one is the project's.
        places: the other folders; from the environment by default.
        most_opened: checkpoints that stay in memory at once.
    """
