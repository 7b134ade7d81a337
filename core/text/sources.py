"""Find a corpus: by name (bundled, in a folder by its hash, in the cache, published, generated), or as a person's own file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadCorpus, BadText, Failure, unknown_name
from core.language import both
from core.text.catalogue import BUNDLED, GENERATED, PUBLISHED, Bundled, Generated, Published
from core.text.corpus import Card, Corpus, corpus_from_bytes, decode_bytes
from core.text.download import Progress, download
from core.text.generated.recipe import Recipe, is_word


@dataclass(frozen=True)
class Whereabouts:
    """A named corpus and where it is.

    Attributes:
        card: its card.
        place: "bundled", "found" (in a folder of the person's), "cached" (downloaded before), "generated" (written
            when it is asked for) or "missing".
        path: the file, where there is one.
    """

    card: Card
    place: str
    path: Path | None

    def as_json(self) -> dict[str, Any]:
        """The card as plain values, with the place; ``here`` tells whether no download is needed."""
        return {**self.card.as_json(), "place": self.place, "here": self.place != "missing"}


def corpus_names(
    published: Sequence[Published] = PUBLISHED,
    bundled: Sequence[Bundled] = BUNDLED,
    generated: Sequence[Generated] = GENERATED,
) -> list[str]:
    """Return all names, the bundled ones first, the generated ones last."""
    return [each.name for each in bundled] + [each.card.name for each in published] + [each.name for each in generated]


def describe_corpora(
    *,
    search: Sequence[Path],
    cache: Path,
    published: Sequence[Published] = PUBLISHED,
    bundled: Sequence[Bundled] = BUNDLED,
    generated: Sequence[Generated] = GENERATED,
) -> list[Whereabouts]:
    """Return every named corpus with its card and its place; nothing is downloaded."""
    described = []
    for story in bundled:
        here = story.path.is_file()
        described.append(Whereabouts(story.card(), "bundled" if here else "missing", story.path if here else None))
    for each in published:
        found, cached = _find(each, search), _cached(each, cache)
        place = "found" if found else "cached" if cached else "missing"
        described.append(Whereabouts(each.card, place, found or cached))
    return described + [Whereabouts(each.card(), "generated", None) for each in generated]


def load_corpus(
    name_or_path: str,
    *,
    search: Sequence[Path],
    cache: Path,
    progress: Progress | None = None,
    published: Sequence[Published] = PUBLISHED,
    bundled: Sequence[Bundled] = BUNDLED,
    generated: Sequence[Generated] = GENERATED,
) -> Corpus:
    """Return a corpus by its name, or the text file at a path.

    Args:
        name_or_path: a name of `corpus_names`, a kind of generated corpus with its settings (``copies:lag=12``), or a path.
        search: folders in which a file with the right hash may lie, whatever it is called.
        cache: the folder for downloads.
        progress: told how a download goes on: bytes that have come, bytes in all.
        published, bundled, generated: the named corpora.

    Raises:
        UnknownName: neither a name nor a file.
        BadCorpus: bytes that are not those of the hash.
        BadText: a file that is no text.
        BadSetting: settings that make no generated corpus.
        Failure: it is nowhere, and no download is possible.
    """
    for story in bundled:
        if story.name == name_or_path:
            return Corpus(decode_bytes(_read(story.path))[0], story.card())
    for each in published:
        if each.card.name == name_or_path:
            return _load_published(each, search, cache, progress)
    for text in generated:
        if text.name == name_or_path:
            return _write(text)
    if is_word(name_or_path):
        return Recipe.of_word(name_or_path).corpus(name_or_path)
    path = Path(name_or_path)
    file = _as_file(path)
    if file is not None:
        return corpus_from_bytes(_read(file), file.stem, source=file.name)
    if path.name != name_or_path or path.suffix:
        raise BadText(
            f"There is no file {name_or_path!r}. Check the path, or choose a corpus by name: "
            f"{', '.join(corpus_names(published, bundled))}.",
            f"没有文件“{name_or_path}”。请检查路径，或按名称选择语料：{'、'.join(corpus_names(published, bundled))}。",
        )
    raise unknown_name(both("corpus", "语料"), name_or_path, corpus_names(published, bundled))


def load_by_hash(
    sha256: str,
    *,
    search: Sequence[Path],
    cache: Path,
    progress: Progress | None = None,
    published: Sequence[Published] = PUBLISHED,
    bundled: Sequence[Bundled] = BUNDLED,
    generated: Sequence[Generated] = GENERATED,
    known: Mapping[str, Any] | None = None,
) -> Corpus:
    """Return the corpus whose bytes have this hash: a named one, one that can be generated, or any file in the folders.

    Args:
        sha256: of the bytes.
        search, cache, progress, published, bundled, generated: as `load_corpus` takes them.
        known: of a generated corpus, what its card says of it: see `Known.as_json`.

    Raises:
        BadCorpus: nobody has such bytes.
        BadText, Failure: as `load_corpus`.
    """
    names = {story.card().sha256: story.name for story in bundled} | {e.card.sha256: e.card.name for e in published}
    names |= {each.sha256: each.name for each in generated}
    if sha256 in names:
        return load_corpus(
            names[sha256], search=search, cache=cache, progress=progress, published=published, bundled=bundled,
            generated=generated,
        )  # fmt: skip
    if known is not None:
        recipe = Recipe.of(known["kind"], known["settings"])
        again = recipe.corpus(recipe.kind.name)
        if again.card.sha256 == sha256:
            return again
    for path in (path for folder in search for path in _files(folder)):
        data = _read(path)
        if hashlib.sha256(data).hexdigest() == sha256:
            return corpus_from_bytes(data, path.stem, source=path.name)
    raise BadCorpus(
        f"No corpus with SHA-256 {sha256} is here. Put its file into a folder named in UNROLL_CORPORA.",
        f"这里没有 SHA-256 为 {sha256} 的语料。请把该文件放进 UNROLL_CORPORA 所指的文件夹。",
    )


def _load_published(each: Published, search: Sequence[Path], cache: Path, progress: Progress | None) -> Corpus:
    """Return a published corpus from a folder, the cache or its address."""
    path = _find(each, search) or _cached(each, cache)
    if path is None:
        _refuse_impostor(each, search)
        path = _cache_path(each, cache)
        download(each.card.source, each.size, each.card.sha256, path, progress)
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != each.card.sha256:
        raise _altered(path, each)
    return Corpus(decode_bytes(data)[0], each.card)


def _write(each: Generated) -> Corpus:
    """Return a named generated corpus."""
    text, card = Recipe.of_word(each.word).text(), each.card()
    written = hashlib.sha256(text.encode()).hexdigest()
    if written != card.sha256:
        raise BadCorpus(
            f"The corpus '{each.name}' came out with SHA-256 {written}, expected {card.sha256}: this copy of the program writes"
            " another text. Take the program again.",
            f"语料“{each.name}”生成后的 SHA-256 为 {written}，应为 {card.sha256}：此程序副本写出了不同的文本。请重新获取程序。",
        )
    return Corpus(text, card)


def _find(each: Published, search: Sequence[Path]) -> Path | None:
    """Return the file with the right bytes: the size is looked at first, so that few files are read."""
    for folder in search:
        for path in _files(folder):
            if _has_bytes(path, each):
                return path
    return None


def _as_file(path: Path) -> Path | None:
    """Return the file that a person means, or None; what cannot even be a path is none."""
    try:
        path = path.expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError):  # too long a name; the home of an unknown user
        return None


def _files(folder: Path) -> list[Path]:
    """Return the files right in a folder; none where it cannot be read."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []


def _has_bytes(path: Path, each: Published) -> bool:
    try:
        if not path.is_file() or path.stat().st_size != each.size:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == each.card.sha256
    except OSError:
        return False


def _cache_path(each: Published, cache: Path) -> Path:
    return cache / f"{each.card.name}.txt"


def _cached(each: Published, cache: Path) -> Path | None:
    """Return the earlier download; a damaged one counts as none and is fetched again."""
    path = _cache_path(each, cache)
    return path if _has_bytes(path, each) else None


def _refuse_impostor(each: Published, search: Sequence[Path]) -> None:
    """Raise where a file has the corpus's name but other bytes: downloading past it would be a surprise."""
    for folder in search:
        path = folder / f"{each.card.name}.txt"
        if path.is_file():
            raise _altered(path, each)


def _altered(path: Path, each: Published) -> BadCorpus:
    given = hashlib.sha256(_read(path)).hexdigest()
    return BadCorpus(
        f"{path} is not the corpus '{each.card.name}': its SHA-256 is {given}, expected {each.card.sha256}. "
        "Put the original there, or rename the file and give its path to train on it as your own text.",
        f"{path} 不是语料“{each.card.name}”：其 SHA-256 为 {given}，应为 {each.card.sha256}。"
        "请换成原文件；若要用它训练，请改名后给出其路径。",
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Failure(
            f"Could not read {path}: {reason}. Check the file.", f"无法读取 {path}：{reason}。请检查该文件。"
        ) from error
