"""How numbers are written that Python hands to the page as text."""

from __future__ import annotations

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# From here to here a number is written out.
_LEAST, _MOST = 1e-3, 1e6


def figure(number: float | None) -> str:
    """Return a number with four significant figures, as everywhere on the page.

    >>> figure(1.2306), figure(None), figure(12345.6)
    ('1.231', '∞', '12,346')
    """
    if number is None:
        return "∞"
    return f"{number:,.0f}" if number >= 1000 else f"{float(f'{number:.4g}'):g}"


def power(number: float) -> str:
    """Return a number that may be very small or large with three significant figures, as a power of ten where it is.

    >>> power(0.0), power(0.01234), power(2.064e-08), power(1.0e30)
    ('0', '0.0123', '2.06 × 10⁻⁸', '1 × 10³⁰')
    """
    if number == 0 or _LEAST <= abs(number) < _MOST:
        return f"{number:.3g}"
    digits, exponent = f"{number:.2e}".split("e")
    return f"{float(digits):g} × 10{str(int(exponent)).translate(_RAISED)}"
