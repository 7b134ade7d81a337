"""The sums over hidden paths that a hidden Markov model needs (D2L 8.1, latent autoregressive models; Rabiner 1989).

A hidden state z_t walks along a Markov chain and every state emits one token; nobody sees the states. Of S states over T
tokens there are S^T paths, yet sums over all of them take T small matrix products, because what matters of the past is
one distribution over states. Rows are walked side by side, so that every step is one product ``[rows, S] @ [S, S]``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.models.protocol import Array

# Steps between two divisions by the sum: the smallest probabilities of this many steps, multiplied, are still numbers.
_STEPS_UNSCALED = 16
# Steps whose expected counts are added up at once: what is multiplied then still lies in the processor's cache.
_STEPS_TOGETHER = 16


@dataclass(frozen=True, eq=False)
class Tables:
    """The probabilities of a hidden Markov model with S states and V tokens. All sums are done in their kind of number.

    Attributes:
        start: P(z_1 = i), ``[S]``.
        transition: P(z_t+1 = j | z_t = i), ``[S, S]``.
        emission: P(token | z = i), one row a token, ``[V, S]``.
    """

    start: Array
    transition: Array
    emission: Array


@dataclass(frozen=True, eq=False)
class Expected:
    """How often, on average over all hidden paths given the tokens, something happened.

    Attributes:
        start: a row began in state i, ``[S]``.
        transition: state j followed state i, ``[S, S]``.
        emission: state i emitted the token, ``[V, S]``.
        log_probs: ln P(token | the tokens before it in its row), ``[batch, time]``; 0 behind a row's end.
    """

    start: Array
    transition: Array
    emission: Array
    log_probs: Array


def predict_states(tables: Tables, ids: Array, before: Array) -> Array:
    """Return P(next hidden state | all tokens so far) after each token: h_t = g(h_{t-1}, x_{t-1}) of D2L 8.1, exactly.

    Reading a token is Bayes' rule (each state counts by how well it explains the token), then one step of the chain.

    Args:
        tables: the model.
        ids: ``[batch, time]``.
        before: the same distribution before the first of ids, ``[batch, S]``; it need not sum to 1.

    Returns:
        ``[batch, time, S]``.
    """
    explained = tables.emission[ids.T]  # [time, batch, S]
    predicted = np.empty_like(explained)
    for step in range(len(explained)):
        np.multiply(before, explained[step], out=explained[step])
        before = np.dot(explained[step], tables.transition, out=predicted[step])
        if step % _STEPS_UNSCALED == 0:
            before /= before.sum(axis=-1, keepdims=True)
    predicted /= predicted.sum(axis=-1, keepdims=True)
    return predicted.swapaxes(0, 1)


def filter_states(tables: Tables, columns: Array) -> tuple[Array, Array]:
    """Return P(z_t | tokens up to t) and the probability of each token, both of every step.

    Args:
        tables: the model; a row of ones in ``emission`` stands for a token that nobody saw.
        columns: ids ``[time, batch]``.

    Returns:
        The filtered distributions ``[time, batch, S]`` and P(token | tokens before) ``[time, batch, 1]``.
    """
    (time, batch), states = columns.shape, len(tables.start)
    kind = tables.transition.dtype
    filtered, scale = np.empty((time, batch, states), kind), np.empty((time, batch, 1), kind)
    predicted, explained = np.tile(tables.start, (batch, 1)), np.empty((batch, states), kind)
    ones = np.ones((states, 1), kind)  # a product with it adds up faster than sum() does
    for step in range(time):
        np.take(tables.emission, columns[step], axis=0, out=explained)
        np.multiply(predicted, explained, out=filtered[step])
        np.dot(filtered[step], ones, out=scale[step])
        filtered[step] /= scale[step]
        np.dot(filtered[step], tables.transition, out=predicted)
    return filtered, scale


def expected_counts(tables: Tables, ids: Array, lengths: Array) -> Expected:
    """Return the expected counts of rows of tokens, exactly (the E step of Baum and Welch, D2L 8.1).

    Forwards, `filter_states`. Backwards, with ``later`` [S] = P(tokens after t | z_t) / P(tokens after t | tokens up to t):

        P(z_t = i | all)              = filtered_t[i] later_t[i]
        P(z_t = i, z_t+1 = j | all)   = filtered_t[i] transition[i, j] emission[x_t+1, j] later_t+1[j] / scale_t+1

    Args:
        tables: the model.
        ids: ``[batch, time]``; what stands behind a row's end is not read.
        lengths: tokens of each row, ``[batch]``.
    """
    size, states = tables.emission.shape
    unseen = np.ones((1, states), tables.emission.dtype)
    opened = Tables(tables.start, tables.transition, np.concatenate([tables.emission, unseen]))
    seen = np.arange(ids.shape[1]) < lengths[:, None]  # [batch, time]
    columns = np.ascontiguousarray(np.where(seen, ids, size).T)  # [time, batch]
    filtered, scale = filter_states(opened, columns)
    transition, emission = np.zeros((states, states)), np.zeros((size + 1, states))
    backwards = np.ascontiguousarray(tables.transition.T)
    later = np.ones(filtered.shape[1:], filtered.dtype)
    state_after = later
    for begin in reversed(range(0, len(columns), _STEPS_TOGETHER)):
        part = columns[begin : begin + _STEPS_TOGETHER]
        state_after, weighed = np.empty((*part.shape, states), filtered.dtype), opened.emission[part]
        for step in reversed(range(len(part))):
            state_after[step] = later
            weighed[step] /= scale[begin + step]
            weighed[step] *= later
            np.dot(weighed[step], backwards, out=later)
        state_after *= filtered[begin : begin + len(part)]  # P(z_t | all tokens)
        _add_by_token(emission, part, state_after)
        weighed *= (part < size)[..., None]  # no state follows behind a row's end
        first = max(begin, 1)
        earlier = filtered[first - 1 : begin + len(part) - 1].reshape(-1, states)
        transition += earlier.T @ weighed[first - begin :].reshape(-1, states)
    log_probs = np.where(seen, np.log(scale[..., 0], dtype=np.float64).T, 0.0)
    return Expected(state_after[0].sum(axis=0), transition * tables.transition, emission[:size], log_probs)


def _add_by_token(sums: Array, columns: Array, rows: Array) -> None:
    """Add each of rows ``[time, batch, S]`` to the row of ``sums [V, S]`` that its token names."""
    tokens = columns.ravel()
    order = np.argsort(tokens, kind="stable")
    begins = np.flatnonzero(np.diff(tokens[order], prepend=-1))
    sums[tokens[order][begins]] += np.add.reduceat(rows.reshape(len(tokens), -1)[order], begins, axis=0)


def state_posteriors(tables: Tables, ids: Array) -> tuple[Array, Array]:
    """Return P(z_t | tokens up to t) and P(z_t | all tokens) of one text ``[time]``: two arrays ``[time, S]``."""
    filtered, scale = filter_states(tables, np.asarray(ids)[:, None])
    later, posterior = np.ones_like(filtered), filtered.copy()
    for step in reversed(range(len(ids) - 1)):
        explained = tables.emission[ids[step + 1]] * later[step + 1] / scale[step + 1]
        later[step] = explained @ tables.transition.T
    posterior *= later
    return filtered[:, 0], posterior[:, 0]


def likeliest_path(tables: Tables, ids: Array) -> Array:
    """Return the one path ``[time]`` of hidden states that is likeliest given the tokens (Viterbi 1967).

    It is found like the sums, with the greatest term in the place of the sum, and need not visit each step's likeliest state.
    """
    with np.errstate(divide="ignore"):  # an impossible step is -inf
        start, steps, emission = np.log(tables.start), np.log(tables.transition), np.log(tables.emission)
    best, came_from = start + emission[ids[0]], np.zeros((len(ids), len(start)), dtype=np.int64)
    for step in range(1, len(ids)):
        reached = best[:, None] + steps  # [from, to]
        came_from[step] = reached.argmax(axis=0)
        best = reached.max(axis=0) + emission[ids[step]]
    path = np.empty(len(ids), dtype=np.int64)
    path[-1] = best.argmax()
    for step in reversed(range(1, len(ids))):
        path[step - 1] = came_from[step, path[step]]
    return path
