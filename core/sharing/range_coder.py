"""A range coder: a sequence of choices with known frequencies becomes bytes, hardly longer than its surprise.

All messages share one interval. Each choice narrows it to the share of the chosen symbol, and at the end any number
inside the interval names the whole message: a message of probability p needs about -log2 p bits (Rissanen 1976, Martin
1979). The numbers are whole, so that reader and writer agree to the last bit. The interval is 64 bits wide and never
falls below 56, so frequencies may add up to 2^32 at a loss of less than 2^-24 of each choice's share.
"""

from __future__ import annotations

_BITS = 64
_BYTE = 8
_TOP = 1 << (_BITS - _BYTE)  # the interval is widened when it is narrower
_MASK = (1 << _BITS) - 1

MAX_TOTAL = 1 << 32


class RangeEncoder:
    """Writes choices.

    >>> encoder = RangeEncoder()
    >>> for choice in (1, 0, 1):
    ...     encoder.encode(start=[0, 3][choice], size=[3, 1][choice], total=4)
    >>> decoder = RangeDecoder(encoder.finish())
    >>> [decoder.decode_small([3, 1]) for _ in range(3)]
    [1, 0, 1]
    """

    def __init__(self) -> None:
        self._low = 0
        self._range = _MASK
        self._out = bytearray()

    def encode(self, start: int, size: int, total: int) -> None:
        """Narrow the interval to the symbol whose frequencies are start ... start + size - 1 of total."""
        unit = self._range // total
        self._low += unit * start
        self._range = unit * size
        self._carry()
        while self._range < _TOP:
            self._out.append(self._low >> (_BITS - _BYTE))
            self._low = (self._low << _BYTE) & _MASK
            self._range <<= _BYTE

    def finish(self) -> bytes:
        """Return all bytes; the last one alone names a number inside the interval, zeros behind it are left out."""
        self._low += _TOP - 1
        self._carry()
        self._out.append(self._low >> (_BITS - _BYTE))
        return bytes(self._out)

    def _carry(self) -> None:
        """Add what exceeds 64 bits to the bytes already written."""
        if self._low <= _MASK:
            return
        self._low &= _MASK
        place = len(self._out) - 1
        while self._out[place] == 0xFF:
            self._out[place] = 0
            place -= 1
        self._out[place] += 1


class RangeDecoder:
    """Reads choices; the caller asks for a target, finds its symbol and takes that symbol's share off."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0
        self._range = _MASK
        self._code = 0  # the message's number, counted from the low end of the interval
        self._unit = 1
        for _ in range(_BITS // _BYTE):
            self._code = self._code << _BYTE | self._next()

    @property
    def exhausted(self) -> bool:
        """Whether more was read than a finished message of this length can hold."""
        return self._place > len(self._data) + _BITS // _BYTE

    def target(self, total: int) -> int:
        """Return the number below ``total`` that lies in the share of the next symbol."""
        self._unit = self._range // total
        return min(self._code // self._unit, total - 1)

    def take(self, start: int, size: int) -> None:
        """Go on behind the symbol with the frequencies start ... start + size - 1 of the total just asked for."""
        self._code -= self._unit * start
        self._range = self._unit * size
        while self._range < _TOP:
            self._code = (self._code << _BYTE | self._next()) & _MASK
            self._range <<= _BYTE

    def decode_small(self, frequencies: list[int]) -> int:
        """Return the next symbol of a short list of frequencies."""
        target, start = self.target(sum(frequencies)), 0
        for symbol, size in enumerate(frequencies):
            if target < start + size:
                self.take(start, size)
                return symbol
            start += size
        raise AssertionError("a target is below the total")

    def _next(self) -> int:
        byte = self._data[self._place] if self._place < len(self._data) else 0
        self._place += 1
        return byte
