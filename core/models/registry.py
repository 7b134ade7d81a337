"""Finds plug-ins: every Python file of a folder that ends with ``PLUGIN = TheClass`` is a model.

A file that cannot be imported, or does not keep the cheap part of the contract, is kept in a list of its own with the
reason. It never stops the program: a broken model of one person is no reason for the others to be without theirs.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
import traceback
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from types import ModuleType

from core.errors import BrokenPlugin, unknown_name
from core.language import Bilingual, both
from core.models.causality import check_causality
from core.models.protocol import About, LanguageModel, Learner
from core.settings import Settings, clashes, convert, describe


@dataclass(frozen=True)
class Broken:
    """A plug-in that cannot be used.

    Attributes:
        name: the file's name without ``.py``.
        reason: one line.
        details: the traceback, for the plug-in's author.
        reason_zh: the reason in Chinese, where it is ours and not Python's.
    """

    name: str
    reason: str
    details: str = ""
    reason_zh: str = ""


class Registry:
    """The models found in a folder of plug-ins.

    Args:
        folder: where the files are; names beginning with ``_`` or ``.`` are passed over.
        shared: groups of settings that stand beside every model's own, so that no name may be in both.
    """

    def __init__(self, folder: Path, shared: tuple[type[Settings], ...] = ()) -> None:
        self.folder = folder
        self.shared = shared
        self.models: dict[str, type[LanguageModel]] = {}
        self.broken: dict[str, Broken] = {}
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith(("_", ".")):
                self._add(path)

    def _add(self, path: Path) -> None:
        try:
            plugin = self._checked(path, import_file(path))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the border: whatever a foreign file does stays its own problem
            details = traceback.format_exc() if not isinstance(error, BrokenPlugin) else ""
            reason = str(error) if isinstance(error, BrokenPlugin) else f"{type(error).__name__}: {error}"
            self.broken[path.stem] = Broken(path.stem, reason.splitlines()[0], details)
        else:
            plugin.kinds = self  # a model made of models finds its members' classes here
            self.models[plugin.about.name] = plugin

    def _checked(self, path: Path, module: ModuleType) -> type[LanguageModel]:
        """Return the module's plug-in after the checks that cost nothing."""
        plugin = getattr(module, "PLUGIN", None)
        if not (isinstance(plugin, type) and issubclass(plugin, LanguageModel)):
            raise BrokenPlugin(f"{path.name} does not end with PLUGIN = a subclass of LanguageModel")
        missing = sorted(getattr(plugin, "__abstractmethods__", ()))
        if inspect.isabstract(plugin):
            raise BrokenPlugin(f"{plugin.__name__} does not define {', '.join(missing)}")
        about = getattr(plugin, "about", None)
        if not isinstance(about, About):
            raise BrokenPlugin(f"{plugin.__name__}.about must be an About")
        if about.name != path.stem:
            raise BrokenPlugin(f"about.name is {about.name!r}, but the file is {path.name}: they must agree")
        if not (isinstance(about.title, Bilingual) and isinstance(about.idea, Bilingual)):
            raise BrokenPlugin("about.title and about.idea must be made by both(english, chinese)")
        learner = getattr(plugin, "Learner", None)
        if not (isinstance(learner, type) and issubclass(learner, Learner)):
            raise BrokenPlugin(f"{plugin.__name__}.Learner must be a subclass of Learner")
        for owner, group in ((plugin, getattr(plugin, "Config", None)), (learner, getattr(learner, "Config", None))):
            if not (isinstance(group, type) and is_dataclass(group)):
                raise BrokenPlugin(f"{owner.__name__}.Config must be a dataclass of setting(...) lines")
            check_defaults(group)
        if "validation" not in {each.name for each in describe(learner.Config)}:
            raise BrokenPlugin(f"{learner.__name__}.Config must have a setting 'validation'")
        if twice := clashes([plugin.Config, learner.Config, *self.shared]):
            raise BrokenPlugin(f"settings with a name that is taken already: {', '.join(twice)}")
        return plugin

    def get(self, name: str) -> type[LanguageModel]:
        """Return the model of that name.

        Raises:
            BrokenPlugin: its file is there but cannot be used.
            UnknownName: there is no such file.
        """
        if name in self.models:
            return self.models[name]
        if name in self.broken:
            raise _unusable(self.broken[name])
        raise unknown_name(both("model", "模型"), name, self.models)

    def examine(self, model: LanguageModel) -> None:
        """Refuse a model that has seen what it is asked for; its plug-in is listed as broken from now on.

        Importing a file tells nothing of this, and making every model at every start would take seconds. So whoever is about to
        teach a model, judge it or open a trained one calls this first; it takes milliseconds.

        Raises:
            BrokenPlugin: as `check_causality` says, of the model or of one that it is made of.
        """
        for member in model.members:
            self.examine(member.model)
        try:
            check_causality(model)
        except BrokenPlugin as error:
            name = model.about.name
            broken = Broken(name, str(error), reason_zh=error.in_language("zh"))
            # New dictionaries, for another thread may be walking through the old ones.
            self.broken = {**self.broken, name: broken}
            self.models = {other: plugin for other, plugin in self.models.items() if other != name}
            raise _unusable(broken) from error

    def groups(self, name: str) -> list[type[Settings]]:
        """Return all groups of settings of a model: its own, its learner's, and the shared ones."""
        plugin = self.get(name)
        return [plugin.Config, plugin.Learner.Config, *self.shared]


def _unusable(broken: Broken) -> BrokenPlugin:
    name, reason = broken.name, broken.reason
    return BrokenPlugin(
        f"The plug-in {name!r} cannot be used: {reason}. Mend {name}.py and start again.",
        f"插件“{name}”无法使用：{broken.reason_zh or reason}。请修正 {name}.py 后重新启动。",
    )


def import_file(path: Path) -> ModuleType:
    """Import one Python file by its path, under a name that no other folder's file can take."""
    folder = hashlib.sha256(str(path.parent.resolve()).encode()).hexdigest()[:12]
    name = f"unroll_plugin_{folder}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def check_defaults(group: type[Settings]) -> None:
    """Raise BrokenPlugin unless every setting's default lies in its own range and it says what it is."""
    for each in describe(group):
        convert(each, each.default)
        if not each.help.en:
            raise BrokenPlugin(f"setting {each.name!r} has no help")
