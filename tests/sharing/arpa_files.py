"""ARPA files for the tests: small ones written by hand, and a plain reading of any, one n-gram at a time."""

from __future__ import annotations

from pathlib import Path

# Two words and their marks, each with 1/4 (log10: -0.602). After <s> comes a with 1/2, after a comes b with 1/2 and </s> with
# 1/4, after b comes </s> with 1/2. What is left goes to the others: 1/2 to the 3/4 that they have, a weight of 2/3 (-0.176),
# after a 1/4 to the 1/2 that they have, a weight of 1/2 (-0.301).
SMALL = r"""
\data\
ngram 1=5
ngram 2=4

\1-grams:
-0.6020600	<unk>	0
0	<s>	-0.1760913
-0.6020600	a	-0.3010300
-0.6020600	b	-0.1760913
-0.6020600	</s>	0

\2-grams:
-0.3010300	<s> a
-0.3010300	a b
-0.6020600	a </s>
-0.3010300	b </s>

\end\
"""


def written(folder: Path, text: str | bytes) -> Path:
    """Write a file and return its path."""
    path = folder / "model.arpa"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


class Plainly:
    """An ARPA file in two dictionaries, read by splitting lines, asked by the definition of the format."""

    def __init__(self, text: str) -> None:
        self.log_probs: dict[tuple[str, ...], float] = {}
        self.weights: dict[tuple[str, ...], float] = {}
        length = 0
        for line in text.split("\n"):
            if line.startswith("\\"):
                length = int(line[1:].split("-")[0]) if "-grams" in line else 0
            elif line.strip() and length:
                number, *rest = line.split()
                self.log_probs[tuple(rest[:length])] = float(number)
                self.weights[tuple(rest[:length])] = float(rest[length]) if len(rest) > length else 0.0

    def log10(self, context: tuple[str, ...], word: str) -> float:
        """Return log10 P(word | context)."""
        if (*context, word) in self.log_probs:
            return self.log_probs[*context, word]
        return self.weights.get(context, 0.0) + self.log10(context[1:], word)
