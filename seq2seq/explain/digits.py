"""Numbers as the pages show them: rounded, with a real minus sign, in lines that a pocket calculator can follow."""

from collections.abc import Iterable

import numpy as np

from seq2seq.explain.worked import Array


def number(value: float, digits: int) -> str:
    """A number with so many digits after the point; no minus where nothing but zeros is left."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def rounded(value: float, digits: int) -> float:
    """The number that `number` shows."""
    return float(f"{value:.{digits}f}")


def numbers(values: Iterable[float], digits: int) -> list[str]:
    """Each as `number` shows it."""
    return [number(value, digits) for value in values]


def vector(values: Iterable[float], digits: int) -> str:
    """`(0.7, −0.7, 0.8)`"""
    return f"({', '.join(numbers(values, digits))})"


def factor(value: float, digits: int) -> str:
    """A number that stands in a product: negative ones in brackets."""
    text = number(value, digits)
    return f"({text})" if text.startswith("−") else text


def products(left: Array, right: Array, digits: tuple[int, int]) -> str:
    """`0.7 × 0.5 + (−0.7) × (−0.1)`"""
    pairs = zip(left, right, strict=True)
    return " + ".join(f"{factor(a, digits[0])} × {factor(b, digits[1])}" for a, b in pairs)


def added(terms: Iterable[float], digits: int) -> str:
    """`0.35 + 0.07 − 0.72`"""
    text = " + ".join(numbers(terms, digits))
    return text.replace("+ −", "− ")


def rest(total: float, terms: Iterable[float], digits: int) -> float:
    """What is missing to the shown total after the shown terms, so that what is shown adds up."""
    return rounded(rounded(total, digits) - sum(rounded(term, digits) for term in terms), digits)


def largest(values: Array, count: int) -> list[int]:
    """The places of the values that are largest without their sign, the largest first; the first of equals first."""
    return [int(place) for place in np.argsort(-np.abs(values), kind="stable")[:count]]


SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(index: int) -> str:
    """`₁₂` for 12."""
    return str(index).translate(SUBSCRIPTS)
