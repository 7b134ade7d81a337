"""The n-gram model against formulas written out over dictionaries."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadCheckpoint, BadSetting
from core.models.protocol import Array
from core.settings import build, describe
from core.text.sequences import Sequences
from core.training.counting import CountingLearner
from plugins.ngram import PLUGIN, Config

VOCAB = 5
NORMALISED = (
    "none", "add_k", "recursive", "jelinek_mercer", "absolute", "witten_bell", "kneser_ney", "modified_kneser_ney",
)  # fmt: skip
SMOOTHINGS = (*NORMALISED, "stupid_back_off")
EPSILONS = {"epsilon_1": 0.5, "epsilon_2": 2.0, "epsilon_3": 3.5}


def model_of(
    data: Sequences, order: int, smoothing: str, k: float = 1.0, vocab_size: int = VOCAB, framing: str = "text"
) -> PLUGIN:
    """Return a model that has counted ``data``."""
    values = {"order": order, "smoothing": smoothing, "k": k, "framing": framing, **EPSILONS}
    model = PLUGIN(build(Config, values), vocab_size)
    model.learn(data)
    return model


class Oracle:
    """The same model, one probability at a time, from its definition.

    Args:
        lambdas: Jelinek-Mercer's weights; how they are fitted has tests of its own (`tests/models/test_mixing.py`).
    """

    def __init__(self, data: Sequences, order: int, smoothing: str, k: float, lambdas: Sequence[float] = ()) -> None:
        self.order, self.smoothing, self.k, self.lambdas = order, smoothing, k, lambdas
        occurrences: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        before: dict[tuple[int, ...], set[object]] = defaultdict(set)
        for ids in data:
            line = ids.tolist()
            for at, word in enumerate(line):
                for length in range(min(at, order - 1) + 1):
                    if length or at or not data.lines:  # the frame at the start of a line is no token
                        occurrences[tuple(line[at - length : at])][word] += 1
                        begin = at - length
                        before[tuple(line[begin : at + 1])].add(line[begin - 1] if begin else "the start")
        self.after = occurrences
        if smoothing in ("kneser_ney", "modified_kneser_ney"):  # shorter n-grams count by what stood before them
            self.after = {
                context: Counter({word: len(before[(*context, word)]) for word in after})
                if len(context) < order - 1 else after
                for context, after in occurrences.items()
            }  # fmt: skip

    def probability(self, history: list[int], word: int) -> float:
        """Return P(word | history)."""
        context = tuple(history[max(0, len(history) - self.order + 1) :]) if self.order > 1 else ()
        if self.smoothing == "add_k":
            after = self.after.get(context, Counter())
            return (after[word] + self.k) / (after.total() + self.k * VOCAB)
        return self._shared(context, word)

    def _shared(self, context: tuple[int, ...], word: int) -> float:
        shorter = self._shared(context[1:], word) if context else 1 / VOCAB
        after = self.after.get(context)
        if not after:
            return shorter
        n, total, kinds = after[word], after.total(), len(after)
        if self.smoothing == "none":
            return n / total
        if self.smoothing == "witten_bell":
            return (n + kinds * shorter) / (total + kinds)
        if self.smoothing == "recursive":
            epsilon = list(EPSILONS.values())[min(len(context), 2)]
            return (n + epsilon * shorter) / (total + epsilon)
        if self.smoothing == "jelinek_mercer":
            left = self.lambdas[len(context)]
            return (1 - left) * n / total + left * shorter
        if self.smoothing == "stupid_back_off":
            return n / total if n else 0.4 * shorter
        discounts = self._discounts(len(context))
        kept = n - discounts[min(n, 3) - 1] if n else 0.0
        taken = sum(discounts[min(count, 3) - 1] for count in after.values())
        return (kept + taken * shorter) / total

    def _discounts(self, length: int) -> list[float]:
        counts = self._counts(length)
        n1, n2, n3, n4 = (counts.count(each) for each in (1, 2, 3, 4))
        if self.smoothing != "modified_kneser_ney":
            return [n1 / (n1 + 2 * n2) if n1 else 0.5] * 3
        if not (n1 and n2 and n3):
            return [0.5, 1.0, 1.5]
        y = n1 / (n1 + 2 * n2)
        found = [1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]
        return found if all(0 <= each <= most for most, each in enumerate(found, 1)) else [0.5, 1.0, 1.5]

    def _counts(self, length: int) -> list[int]:
        return [n for context, after in self.after.items() if len(context) == length for n in after.values()]


def log(probability: float) -> float:
    """Return the natural logarithm, -inf of 0."""
    return float(np.log(probability)) if probability else -np.inf


# The vocabulary has 5 ids; the training texts use 0 .. 3, so 4 is an <unk> that was never seen.
streams = st.lists(st.integers(0, 3), min_size=5, max_size=40).map(Sequences.of_stream)
frames = st.lists(st.lists(st.integers(1, 3), min_size=3, max_size=8), min_size=1, max_size=6).map(
    lambda lines: Sequences.of_lines([np.array([0, *line, 0]) for line in lines])
)
orders = st.integers(1, 5)
read = st.lists(st.integers(0, 4), min_size=2, max_size=15)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@settings(max_examples=60, deadline=None)
@given(data=st.one_of(streams, frames), order=orders, text=read, k=st.sampled_from([0.01, 1.0, 2.5]))
def test_every_probability_follows_the_formula(
    smoothing: str, data: Sequences, order: int, text: list[int], k: float
) -> None:
    model = model_of(data, order, smoothing, k)
    lambdas = model.tensors()["lambdas"].tolist() if smoothing == "jelinek_mercer" else ()
    oracle = Oracle(data, order, smoothing, k, lambdas)
    expected = [[oracle.probability(text[: at + 1], word) for word in range(VOCAB)] for at in range(len(text))]
    log_probs, _ = model.log_probs(np.array([text]), model.initial_state(1))
    assert np.exp(log_probs[0]) == pytest.approx(np.array(expected), abs=1e-13)
    if smoothing in NORMALISED:
        assert np.exp(log_probs).sum(axis=2) == pytest.approx(np.ones((1, len(text))), abs=1e-12)
    scores, _ = model.score(np.array([text[:-1]]), np.array([text[1:]]), model.initial_state(1))
    wanted = [log(expected[at][word]) for at, word in enumerate(text[1:])]
    assert scores[0] == pytest.approx(np.array(wanted), abs=1e-11)


def in_a_frame(data: Sequences) -> Sequences:
    """Return a text with KenLM's frame as ids of its own: 6 is <s>, 5 is </s>; in lines the boundary that closes is </s>."""
    if data.lines:
        return Sequences.of_lines([np.array([VOCAB + 1, *line[1:]]) for line in data])
    return Sequences.of_lines([np.array([VOCAB + 1, *data.ids, VOCAB])])


def last_in_suffix_order(framed: Sequences, order: int, end: int) -> tuple[int, ...]:
    """Return the greatest n-gram of all, read backwards; words rank by their first appearance, after <s> and </s>."""
    ranks = [VOCAB + 1, end, *(one for one in dict.fromkeys(framed.ids.tolist()) if one not in (VOCAB + 1, end))]
    grams = [tuple(line[max(0, at - order + 1) : at + 1].tolist()) for line in framed for at in range(len(line))]
    return max(grams, key=lambda gram: [ranks.index(one) for one in reversed(gram)])


class FramedOracle(Oracle):
    """The same with ``<s>``, which is never predicted, and whose n-grams keep their occurrences."""

    def __init__(self, data: Sequences, order: int, smoothing: str) -> None:
        super().__init__(in_a_frame(data), order, smoothing, 1.0)
        plain = Oracle(in_a_frame(data), order, "none", 1.0).after
        self.after = {
            context: plain[context] if context[:1] == (VOCAB + 1,) else after for context, after in self.after.items()
        }
        self.words = VOCAB if data.lines else VOCAB + 1
        self.plain, self.last = plain, last_in_suffix_order(in_a_frame(data), order, 0 if data.lines else VOCAB)

    def _counts(self, length: int) -> list[int]:
        """The n-gram that lmplz reads last counts by its occurrences, in all lengths but the longest."""
        counts, gram = super()._counts(length), self.last[-length - 1 :]
        if length + 1 < self.order and len(gram) == length + 1:
            counts.remove(self.after[gram[:-1]][gram[-1]])
            counts.append(self.plain[gram[:-1]][gram[-1]])
        return counts

    def _shared(self, context: tuple[int, ...], word: int) -> float:
        if not context and not self.after.get(()):
            return 1 / self.words
        return super()._shared(context, word) if context else self._unigram(word)

    def _unigram(self, word: int) -> float:
        after, discounts = self.after[()], self._discounts(0)
        n, total = after[word], after.total()
        kept = n - discounts[min(n, 3) - 1] if n else 0.0
        taken = sum(discounts[min(count, 3) - 1] for count in after.values())
        return (kept + taken / self.words) / total


@settings(max_examples=80, deadline=None)
@given(data=st.one_of(streams, frames), order=orders, text=st.lists(st.integers(1, 4), min_size=2, max_size=12))
def test_in_kenlms_frame_the_beginning_and_the_end_of_a_text_are_words(
    data: Sequences, order: int, text: list[int]
) -> None:
    model = model_of(data, order, "modified_kneser_ney", framing="kenlm")
    oracle = FramedOracle(data, order, "modified_kneser_ney")
    read = [0, *text] if data.lines else text
    opened = [VOCAB + 1, *text] if data.lines else [VOCAB + 1, *read]
    shift = 0 if data.lines else 1
    expected = [
        [oracle.probability(opened[: at + 1 + shift], word) for word in range(VOCAB)] for at in range(len(read))
    ]
    log_probs, _ = model.log_probs(np.array([read]), model.initial_state(1))
    assert np.exp(log_probs[0]) == pytest.approx(np.array(expected), abs=1e-13)
    ends = [0.0 if data.lines else oracle.probability(opened[: at + 1 + shift], VOCAB) for at in range(len(read))]
    assert np.exp(log_probs[0]).sum(axis=1) + ends == pytest.approx(np.ones(len(read)), abs=1e-12)
    state = model.initial_state(1)
    for at, one in enumerate(read):
        stepped, state = model.step(np.array([one]), state)
        assert stepped[0] == pytest.approx(log_probs[0, at], abs=1e-12)
    fresh = PLUGIN(model.config, VOCAB)
    fresh.load_tensors(model.tensors())
    assert np.array_equal(fresh.log_probs(np.array([read]), fresh.initial_state(1))[0], log_probs)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@settings(max_examples=40, deadline=None)
@given(data=streams, order=orders, cut=st.integers(1, 9), seed=st.integers(0, 99))
def test_log_probs_steps_and_scores_agree_however_the_text_is_cut(
    smoothing: str, data: Sequences, order: int, cut: int, seed: int
) -> None:
    model = model_of(data, order, smoothing)
    ids = np.random.default_rng(seed).integers(0, VOCAB, (3, 10)).astype(np.int32)
    others = np.random.default_rng(seed + 1).integers(0, VOCAB, (3, 10)).astype(np.int32)  # not the next inputs
    start = model.initial_state(3)
    whole, end = model.log_probs(ids, start)
    first, middle = model.log_probs(ids[:, :cut], start)
    second, last = model.log_probs(ids[:, cut:], middle)
    assert np.concatenate([first, second], axis=1) == pytest.approx(whole, abs=1e-12)
    assert np.array_equal(last[0], end[0]) and np.all(start[0] == -1)

    state, rows = start, []
    for column in ids.T:
        before = state[0].copy()
        row, after = model.step(column, state)
        assert np.array_equal(state[0], before)
        state = after
        rows.append(row)
    assert np.stack(rows, axis=1) == pytest.approx(whole, abs=1e-12)
    assert np.array_equal(state[0], end[0])

    for targets in (np.append(ids[:, 1:], others[:, :1], axis=1), others):
        expected = np.take_along_axis(whole, targets[..., None].astype(np.int64), axis=2)[..., 0]
        scores, after_score = model.score(ids, targets, start)
        assert scores == pytest.approx(expected, abs=1e-12)
        assert np.array_equal(after_score[0], end[0])
        halves = [
            model.score(ids[:, :cut], targets[:, :cut], start),
            model.score(ids[:, cut:], targets[:, cut:], middle),
        ]
        assert np.concatenate([half[0] for half in halves], axis=1) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_later_id_never_changes_an_earlier_distribution(smoothing: str) -> None:
    model = model_of(Sequences.of_stream([0, 1, 2, 0, 1, 3, 0, 1, 2]), 3, smoothing)
    one, _ = model.log_probs(np.array([[0, 1, 2, 3]]), model.initial_state(1))
    other, _ = model.log_probs(np.array([[0, 1, 0, 0]]), model.initial_state(1))
    assert np.array_equal(one[:, :2], other[:, :2])


def test_laplace_and_witten_bell_by_hand() -> None:
    # text 0 1 0 1 0 2, V = 5. After 0: 1 twice, 2 once: N = 3, T = 2. Counts of ids: 3, 2, 1: N = 6, T = 3.
    data = Sequences.of_stream([0, 1, 0, 1, 0, 2])
    laplace = model_of(data, 2, "add_k")
    assert np.exp(laplace.step(np.array([0]), laplace.initial_state(1))[0][0]) == pytest.approx(
        [1 / 8, 3 / 8, 2 / 8, 1 / 8, 1 / 8]
    )
    assert np.exp(laplace.step(np.array([4]), laplace.initial_state(1))[0][0]) == pytest.approx([1 / 5] * 5)
    witten_bell = model_of(data, 2, "witten_bell")
    unigram = np.array([3 + 3 / 5, 2 + 3 / 5, 1 + 3 / 5, 3 / 5, 3 / 5]) / 9
    expected = (np.array([0, 2, 1, 0, 0]) + 2 * unigram) / 5
    assert np.exp(witten_bell.step(np.array([0]), witten_bell.initial_state(1))[0][0]) == pytest.approx(expected)
    assert np.exp(witten_bell.step(np.array([4]), witten_bell.initial_state(1))[0][0]) == pytest.approx(unigram)


def test_without_smoothing_an_unseen_context_falls_to_its_longest_seen_suffix() -> None:
    # text 0 1 2 3 1 0: after (3, 1) comes 0; (2, 1) was never seen, after its suffix (1) came 2 and 0, once each
    model = model_of(Sequences.of_stream([0, 1, 2, 3, 1, 0]), 3, "none")
    log_probs, _ = model.log_probs(np.array([[3, 1], [2, 1]]), model.initial_state(2))
    assert log_probs[0, 1].tolist() == [0.0, -np.inf, -np.inf, -np.inf, -np.inf]
    assert np.exp(log_probs[1, 1]) == pytest.approx([1 / 2, 0, 1 / 2, 0, 0])
    scores, _ = model.score(np.array([[3, 1]]), np.array([[1, 2]]), model.initial_state(1))
    assert scores[0].tolist() == [0.0, -np.inf]


def test_the_frame_that_opens_a_line_is_never_counted_as_a_token() -> None:
    # lines 0 1 0 and 0 2 0: tokens are 1 0 2 0, so P(0) = 1/2, not 4/6
    data = Sequences.of_lines([np.array([0, 1, 0]), np.array([0, 2, 0])])
    model = model_of(data, 1, "none")
    log_probs, _ = model.step(np.array([0]), model.initial_state(1))
    assert np.exp(log_probs[0]) == pytest.approx([1 / 2, 1 / 4, 1 / 4, 0, 0])


@pytest.mark.parametrize("order", [1, 16])
def test_the_lowest_and_the_highest_order_work(order: int) -> None:
    text = [0, 1, 2, 3] * 6
    model = model_of(Sequences.of_stream(text), order, "witten_bell")
    state = model.initial_state(2)
    assert state[0].shape == (2, order - 1) and state[0].dtype == np.int32
    ids = np.array([text[:20], text[1:21]])
    log_probs, _ = model.log_probs(ids, state)
    assert np.exp(log_probs).sum(axis=2) == pytest.approx(np.ones((2, 20)))
    steps = []
    for column in ids.T:
        one, state = model.step(column, state)
        steps.append(one)
    assert np.stack(steps, axis=1) == pytest.approx(log_probs, abs=1e-12)


def test_an_untrained_model_knows_nothing() -> None:
    for smoothing in SMOOTHINGS:
        model = PLUGIN(build(Config, {"smoothing": smoothing}), VOCAB)
        log_probs, _ = model.log_probs(np.array([[0, 1, 4]]), model.initial_state(1))
        assert np.exp(log_probs) == pytest.approx(np.full((1, 3, VOCAB), 1 / VOCAB))
        model.load_tensors(model.tensors())


def test_a_text_shorter_than_the_order_is_refused() -> None:
    with pytest.raises(BadSetting, match="'order' cannot be 12"):
        model_of(Sequences.of_stream([0, 1, 2, 3, 0]), 12, "none")


@pytest.mark.parametrize("wrong", [{"order": 0}, {"order": 17}, {"k": 0}, {"k": -1}, {"smoothing": "laplace"}])
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadSetting):
        build(Config, wrong)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_saved_model_answers_bit_for_bit_the_same(smoothing: str) -> None:
    ids = np.random.default_rng(1).integers(0, 4, 500)
    model = model_of(Sequences.of_stream(ids), 4, smoothing)
    other = PLUGIN(model.config, VOCAB)
    other.load_tensors(model.tensors())
    read_ids = ids[None, :60]
    start = model.initial_state(1)
    assert np.array_equal(model.log_probs(read_ids, start)[0], other.log_probs(read_ids, start)[0])
    assert np.array_equal(model.score(read_ids, read_ids, start)[0], other.score(read_ids, read_ids, start)[0])
    assert np.array_equal(model.step(ids[:1], start)[0], other.step(ids[:1], start)[0])
    assert other.num_parameters == model.num_parameters > 0
    with pytest.raises(BadCheckpoint):
        PLUGIN(build(Config, {"order": 3}), VOCAB).load_tensors(model.tensors())


def test_a_long_text_is_scored_in_parts_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = np.random.default_rng(2).integers(0, 4, (2, 101))
    model = model_of(Sequences.of_stream(ids[0]), 3, "witten_bell")
    whole, state = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(2))
    monkeypatch.setattr("core.models.markov_model._SCORED_AT_ONCE", 14)  # seven places of two rows at once
    parts, same = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(2))
    assert np.array_equal(whole, parts) and np.array_equal(state[0], same[0])


def test_what_a_reader_does_to_an_answer_reaches_no_other_reader() -> None:
    model = model_of(Sequences.of_stream([0, 1, 2, 3, 0, 1]), 2, "witten_bell")
    first, _ = model.step(np.array([0]), model.initial_state(1))
    kept = first.copy()
    first[:] = 0.0
    assert np.array_equal(model.step(np.array([0]), model.initial_state(1))[0], kept)


def test_many_readers_at_once_with_little_memory_get_the_right_answers() -> None:
    ids = np.random.default_rng(3).integers(0, 4, 400).astype(np.int32)
    model = model_of(Sequences.of_stream(ids), 4, "witten_bell")
    expected, _ = model.log_probs(ids[None], model.initial_state(1))
    model._back_off._most_rows = 7  # forgets all the time
    wrong: list[int] = []

    def read_all() -> None:
        state = model.initial_state(1)
        for at in range(len(ids)):
            row, state = model.step(ids[at : at + 1], state)
            if not np.allclose(row[0], expected[0, at], atol=1e-12):
                wrong.append(at)

    readers = [threading.Thread(target=read_all) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(model._back_off._rows) <= 7 + len(readers)


def test_the_trace_shows_the_back_off_path() -> None:
    # text 0 1 0 1 0 2, order 3: after 0: 1 twice, 2 once; after (1, 0): 1 once, 2 once; (3, 0) was never seen
    model = model_of(Sequences.of_stream([0, 1, 0, 1, 0, 2]), 3, "witten_bell")
    trace: dict[str, Array] = model.trace(np.array([1, 0, 1, 3, 0, 2]))
    assert set(trace) == {name for name, _ in PLUGIN.about.trace}
    assert trace["context"].tolist() == [[-1, 1], [1, 0], [0, 1], [1, 3], [3, 0], [0, 2]]
    assert trace["used"].tolist()[:2] == [[True, True, False], [True, True, True]]
    assert trace["used"].tolist()[4] == [True, True, False]
    assert trace["total"].tolist()[1] == [6, 3, 2] and trace["types"].tolist()[1] == [3, 2, 2]
    assert trace["count"].tolist()[1] == [2, 2, 1]  # 1 stands twice in the text, twice after 0, once after (1, 0)
    assert trace["rest"][1] == pytest.approx([3 / 9, 2 / 5, 2 / 4])
    assert trace["rest"][4] == pytest.approx([3 / 9, 2 / 5, 1])
    p0 = (2 + 3 / 5) / 9
    p1 = (2 + 2 * p0) / 5
    assert trace["probability"][1] == pytest.approx([p0, p1, (1 + 2 * p1) / 4])
    assert trace["own"][1] == pytest.approx([2 / 9, 2 / 5, 1 / 4]) and trace["own"][4][2] == 0
    assert not trace["predecessors"].any()
    assert np.all(trace["count"][-1] == -1) and np.all(np.isnan(trace["probability"][-1]))
    scores, _ = model.score(np.array([[1, 0, 1, 3, 0]]), np.array([[0, 1, 3, 0, 2]]), model.initial_state(1))
    assert np.log(trace["probability"][:-1, -1]) == pytest.approx(scores[0])


def test_the_trace_tells_which_numbers_are_of_what_stood_before() -> None:
    text = Sequences.of_stream([0, 1, 0, 1, 0, 2])
    assert model_of(text, 3, "kneser_ney").trace(np.array([1, 0]))["predecessors"].tolist() == [[True, True, False]] * 2
    framed = PLUGIN(build(Config, {"order": 3, "smoothing": "kneser_ney", "framing": "kenlm"}), 3)
    framed.learn(text)
    # behind <s> stands nothing, so a context that begins with it counts occurrences: <s> 1 at the first place
    assert framed.trace(np.array([1, 0]))["predecessors"].tolist() == [[True, True, False], [True, True, False]]
    framed = PLUGIN(build(Config, {"order": 4, "smoothing": "kneser_ney", "framing": "kenlm"}), 3)
    framed.learn(text)
    assert framed.trace(np.array([1, 0]))["predecessors"].tolist() == [
        [True, True, False, False],
        [True, True, True, False],
    ]


@pytest.mark.parametrize("order", [1, 3])
def test_even_nothing_can_be_traced(order: int) -> None:
    model = model_of(Sequences.of_stream([0, 1, 0, 1]), order, "add_k")
    shapes = {name: array.shape for name, array in model.trace(np.array([], dtype=np.int32)).items()}
    assert shapes.pop("context") == (0, order - 1)
    assert set(shapes.values()) == {(0, order)}


def test_everything_is_documented_in_both_languages() -> None:
    texts = [PLUGIN.about.title, PLUGIN.about.idea, *(text for _, text in PLUGIN.about.trace)]
    texts += [each.help for each in describe(Config)]
    assert all(text.en and text.zh for text in texts)
    assert PLUGIN.Learner is CountingLearner


def test_stupid_back_off_has_no_perplexity_and_says_why() -> None:
    from core.errors import Refused
    from core.measures.perplexity import score_stream

    model = model_of(Sequences.of_stream([0, 1, 2, 1, 0, 1, 2]), 3, "stupid_back_off")
    assert not model.normalised and model_of(Sequences.of_stream([0, 1, 2]), 2, "absolute").normalised
    with pytest.raises(Refused, match="do not sum to 1"):
        score_stream(model, np.array([0, 1, 2]))


@pytest.mark.parametrize("saved", [np.array([0.5]), np.array([2.0, 0.5]), np.array([np.nan, 0.5]), None])
def test_weights_that_are_none_are_refused(saved: Array | None) -> None:
    model = model_of(Sequences.of_stream([0, 1, 2, 1, 0]), 2, "jelinek_mercer")
    tensors = model.tensors()
    if saved is None:
        del tensors["lambdas"]
    else:
        tensors["lambdas"] = saved
    with pytest.raises(BadCheckpoint, match="lambdas"):
        PLUGIN(model.config, VOCAB).load_tensors(tensors)


def test_a_boundary_that_is_no_id_is_refused() -> None:
    model = model_of(Sequences.of_stream([0, 1, 2, 1, 0]), 2, "kneser_ney", framing="kenlm")
    with pytest.raises(BadCheckpoint, match="boundary"):
        PLUGIN(model.config, VOCAB).load_tensors(model.tensors() | {"boundary": np.array([VOCAB], dtype=np.int32)})


@pytest.mark.parametrize("smoothing", ["witten_bell", "modified_kneser_ney"])
def test_long_ngrams_of_a_large_vocabulary_overflow_nothing(smoothing: str) -> None:
    vocab_size = 24_000  # its fifth power is beyond 2^63
    generator = np.random.default_rng(4)
    phrases = generator.integers(1, vocab_size, size=(40, 20))
    text = phrases[generator.integers(0, 40, size=60)].ravel()
    model = model_of(Sequences.of_stream(text), 16, smoothing, vocab_size=vocab_size)
    log_probs, _ = model.log_probs(text[None, :64], model.initial_state(1))
    assert np.exp(log_probs[0]).sum(axis=1) == pytest.approx(np.ones(64), abs=1e-9)
    # Inside a phrase that has come before, what follows is all but certain; 16 ids decide, not 16 numbers modulo 2^64.
    inside = [at for at in range(15, 63) if at % 20 >= 15 and at % 20 != 19]
    assert all(log_probs[0, at].argmax() == text[at + 1] for at in inside)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_evidence_is_the_longest_context_met_and_how_often_something_followed_it(order: int) -> None:
    learned, read = [0, 1, 2, 0, 1, 3, 0, 1, 2, 0], [3, 0, 1, 2, 2, 4, 0, 1]
    model = model_of(Sequences.of_stream(np.array(learned, dtype=np.int32)), order, "witten_bell")

    def followed(context: list[int]) -> int:
        return sum(learned[at : at + len(context)] == context for at in range(len(learned) - len(context)))

    expected = []
    for end in range(1, len(read) + 1):
        contexts = [read[end - length : end] for length in range(min(order - 1, end), 0, -1)]
        met = next((context for context in contexts if followed(context)), [])
        expected.append([len(met), np.log1p(followed(met)) if met else 0.0])
    found = model.evidence(np.array([read], dtype=np.int32), model.initial_state(1))[0]
    np.testing.assert_allclose(found, expected)
    state = model.initial_state(1)
    for place, id_ in enumerate(read):  # step by step it is the same
        np.testing.assert_allclose(model.evidence(np.array([[id_]], dtype=np.int32), state)[0, 0], found[place])
        _, state = model.step(np.array([id_]), state)


@pytest.mark.parametrize("framing", ["text", "kenlm"])
def test_evidence_of_many_places_is_that_of_each_alone_in_any_frame(framing: str) -> None:
    for lines in (False, True):
        rows = [[4, *np.random.default_rng(seed).integers(0, 4, 8), 4] for seed in range(6)]
        data = Sequences.of_lines([np.array(row, dtype=np.int32) for row in rows]) if lines else stream_of(rows)
        model = model_of(data, 3, "witten_bell", framing=framing)
        text, state = np.array([rows[0]], dtype=np.int32), model.initial_state(1)
        whole = model.evidence(text, state)[0]
        assert whole[:, 0].max() == 2
        for place in range(text.shape[1]):
            part = text[:, place : place + 1]
            np.testing.assert_allclose(model.evidence(part, state)[0, 0], whole[place])
            _, state = model.step(part[0], state)


def stream_of(rows: list[list[int]]) -> Sequences:
    """Return rows as one continuous text."""
    return Sequences.of_stream(np.concatenate(rows).astype(np.int32))
