"""The corpora that have a name: what is known about each before it is here.

Two short stories ship with the program, so that training works without a network. Six texts are not kept anywhere: they are
written when they are asked for, by sources whose entropy is known. The others are found by their SHA-256 wherever a person
keeps them, or downloaded from where the same bytes are published.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.language import both
from core.settings import to_json
from core.text.corpus import Card, Passage
from core.text.generated.known import Known
from core.text.generated.recipe import Recipe

BUNDLED_FOLDER = Path(__file__).parent / "bundled"

_PUBLIC_DOMAIN = "public domain"

# The plays that the last tenth of Tiny Shakespeare is of. Each begins with its first speaker's name ("SLY:", "Master:");
# the empty line before it still belongs to the play that ends. The bytes are tied to these places by their hash.
_PLAYS = (
    Passage("the_taming_of_the_shrew", both("The Taming of the Shrew", "《驯悍记》"), 966_133),
    Passage("the_tempest", both("The Tempest", "《暴风雨》"), 1_080_739),
)


@dataclass(frozen=True)
class Published:
    """A corpus that is published somewhere: its card (``source`` is the address) and its size in bytes."""

    card: Card
    size: int


@dataclass(frozen=True)
class Bundled:
    """A corpus that ships with the program: its file; size and hash are read from it."""

    path: Path
    title_en: str
    title_zh: str
    language: str

    @property
    def name(self) -> str:
        """The name on the command line is the file's."""
        return self.path.stem

    def card(self) -> Card:
        """Return the card; with an empty hash where the file has been taken away."""
        data = self.path.read_bytes() if self.path.is_file() else b""
        return Card(
            self.name, both(self.title_en, self.title_zh), self.language, "written for this project", "CC0-1.0",
            hashlib.sha256(data).hexdigest() if data else "", False, len(data.decode()),
        )  # fmt: skip


@dataclass(frozen=True)
class Generated:
    """A corpus that is written when it is asked for.

    Attributes:
        name: on the command line.
        word: what it is made of: see `Recipe.of_word`.
        sha256: of what is then written.
        low, high: its entropy rate in nats a character; computing it takes a moment, and listing the corpora must not.
    """

    name: str
    word: str
    sha256: str
    low: float
    high: float

    def card(self) -> Card:
        """Return the card."""
        recipe = Recipe.of_word(self.word)
        known = Known(recipe.kind.name, to_json(recipe.config), self.low, self.high)
        return recipe.card(self.name, self.sha256, known)


BUNDLED = (
    Bundled(BUNDLED_FOLDER / "tide_clock.txt", "The Tide Clock", "潮汐钟", "en"),
    Bundled(BUNDLED_FOLDER / "moon_ferry.txt", "The Moon Ferry", "月渡", "zh"),
)

PUBLISHED = (
    Published(
        Card(
            "time_machine", both("H. G. Wells, The Time Machine (1898)", "赫·乔·威尔斯《时间机器》（1898）"), "en",
            "http://d2l-data.s3-accelerate.amazonaws.com/timemachine.txt", _PUBLIC_DOMAIN,
            "8424dbd9532ac81f7e5f0b6add90e6952baea29158309d7d1bf3884f4e12c516", False, 178_979,
        ),
        178_979,
    ),
    Published(
        Card(
            "tiny_shakespeare", both("Tiny Shakespeare (char-rnn's selection)", "莎士比亚作品选（char-rnn 所用）"),
            "en",
            "https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e"
            "/data/tinyshakespeare/input.txt", _PUBLIC_DOMAIN,
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed", False, 1_115_394, passages=_PLAYS,
        ),
        1_115_394,
    ),
    Published(
        Card(
            "names", both("32,033 first names (makemore's list)", "32,033 个英文名（makemore 的名单）"), "en",
            "https://raw.githubusercontent.com/karpathy/makemore/988aa59e4d8fefa526d06f3b453ad116258398d4/names.txt",
            "MIT", "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d", True, 228_145,
        ),
        228_145,
    ),
    Published(
        Card(
            "red_chamber", both("Cao Xueqin, Dream of the Red Chamber", "曹雪芹《红楼梦》"), "zh",
            "https://raw.githubusercontent.com/bigeagle/picoGPT/96862260d920222fdd38b2da937f26005541c8fb"
            "/data/hongloumeng.txt", _PUBLIC_DOMAIN,
            "0f7876dad2ea61a49b789e4a9112c4a14b1b133b308e61038bde24a4a2ce396d", False, 879_195,
        ),
        2_607_799,
    ),
)  # fmt: skip

GENERATED = (
    Generated(
        "markov1", "markov:order=1,seed=1", "727cb15d6cce03780d888d9edc48785f23fdb7618db5e66f3ba370fd7d0e65b0",
        0.9923711053948702, 0.9923711053948702,
    ),
    Generated(
        "markov2", "markov:order=2,seed=1", "1cd9f612a50e292175b59bd1ba83df60388940f4145097255aa739d75914b5ec",
        0.947105891463921, 0.947105891463921,
    ),
    Generated(
        "markov3", "markov:order=3,seed=1", "3c4372b17cddc6d4cefe903a986112ac952ec5c912e7a67705a6cde66eb399be",
        0.9706227779174945, 0.9706227779174945,
    ),
    Generated(
        "hidden", "hidden:states=3", "017d8e3f93b03b86dd327a0a7042c90b48dfa299537455fe864a2ea182fe1526",
        0.7950660368747832, 0.7951110897855451,
    ),
    Generated(
        "brackets", "brackets:depth=4", "acbf5fd45a6f1dc0921cd868102e0715e7c5afa8d0ddffc9f5a6a0d76f115af7",
        0.8664339756999314, 0.8664339756999314,
    ),
    Generated(
        "copies", "copies:lag=8", "8637666381ea4c3298c5070bf74e46af45404fea99ad497613f16ab68f45e8c7",
        0.6931471805599453, 0.6931471805599453,
    ),
)  # fmt: skip
