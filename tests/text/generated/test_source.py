"""A source writes what its probabilities say, the same everywhere."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest

from core.errors import BadSetting
from core.text.catalogue import GENERATED
from core.text.generated.recipe import Recipe
from core.text.generated.source import Source, uniforms


def coin(heads: float) -> Source:
    return Source("ab", np.array([[[heads], [1 - heads]]]))


def philox(counter: int, key: tuple[int, int]) -> list[int]:
    """Return the four words of Philox4x64-10 as its authors published it (Salmon et al. 2011)."""
    whole, words, keys = 2**64 - 1, [counter, 0, 0, 0], list(key)
    for _ in range(10):
        one, other = 0xD2E7470EE14C6C93 * words[0], 0xCA5A826395121157 * words[2]
        words = [(other >> 64) ^ words[1] ^ keys[0], other & whole, (one >> 64) ^ words[3] ^ keys[1], one & whole]
        keys = [(keys[0] + 0x9E3779B97F4A7C15) & whole, (keys[1] + 0xBB67AE8584CAA73B) & whole]
    return words


@pytest.mark.parametrize(("seed", "stream"), [(0, 0), (7, 0), (7, 1)])
def test_the_numbers_are_philox_as_its_authors_published_it(seed: int, stream: int) -> None:
    # numpy counts before it draws, so its first block is number 1.
    words = [word for counter in (1, 2) for word in philox(counter, (seed, stream))]
    assert uniforms(8, seed, stream).tolist() == [(word >> 11) / 2**53 for word in words]


def test_the_numbers_are_even() -> None:
    assert uniforms(1000, 3).min() >= 0 and uniforms(1000, 3).max() < 1
    assert uniforms(1000, 3).mean() == pytest.approx(0.5, abs=4 / np.sqrt(12 * 1000))  # four standard deviations


def test_another_seed_or_stream_gives_other_numbers() -> None:
    assert len({tuple(uniforms(4, seed, stream)) for seed in (0, 1) for stream in (0, 1)}) == 4


@pytest.mark.parametrize("text", GENERATED, ids=lambda text: text.name)
def test_every_named_corpus_comes_out_byte_for_byte(text: object) -> None:
    written = Recipe.of_word(text.word).text()  # type: ignore[attr-defined]
    assert hashlib.sha256(written.encode()).hexdigest() == text.sha256  # type: ignore[attr-defined]
    assert 200_000 <= len(written) <= 300_000


def test_letters_come_as_often_as_their_probabilities_say() -> None:
    written = Counter(coin(0.2).write(100_000, 5))
    assert written["a"] / 100_000 == pytest.approx(0.2, abs=4 * np.sqrt(0.2 * 0.8 / 100_000))


def test_what_is_impossible_is_never_written() -> None:
    assert set(coin(0.0).write(1000, 1)) == {"b"} and set(coin(1.0).write(1000, 1)) == {"a"}


@pytest.mark.parametrize("heads", [[0.5, 0.6], [1.2, -0.2], [float("nan"), 0.5]])
def test_probabilities_that_do_not_sum_to_one_are_refused(heads: list[float]) -> None:
    with pytest.raises(BadSetting, match="sum to 1") as caught:
        Source("ab", np.array([[[heads[0]], [heads[1]]]]))
    assert "和为 1" in caught.value.in_language("zh")


def test_a_step_leaves_the_stationary_distribution_as_it_is() -> None:
    for text in GENERATED:
        source = Recipe.of_word(text.word).source()
        np.testing.assert_allclose(source.stationary @ source.steps.sum(axis=1), source.stationary, atol=1e-12)
        assert source.stationary.sum() == pytest.approx(1) and source.stationary.min() > 0


def test_only_a_hidden_markov_model_does_not_show_its_state() -> None:
    assert [text.name for text in GENERATED if not Recipe.of_word(text.word).source().shows_its_state] == ["hidden"]
