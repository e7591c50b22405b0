from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.calculating import CalculationError, calculate


def test_a_growth_rate_is_worked_out():
    assert calculate("(3.25 / 1.7) ** (1 / 15) - 1", decimals=3) == Decimal("0.044")


def test_decimals_are_decimal():
    assert calculate("0.1 + 0.2", decimals=20) == Decimal("0.3")


@pytest.mark.parametrize(("expression", "rounded"), [("0.5", "1"), ("1.5", "2"), ("0 - 0.5", "-1"), ("0.4 - 0.5", "0")])
def test_halves_are_rounded_away_from_zero(expression, rounded):
    assert str(calculate(expression, decimals=0)) == rounded


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "1 / 0",
        "__import__('os')",
        "a + 1",
        "9 ** 9 ** 9",
        "2 ** 101",
        "1 if 1 else 2",
        "(1",
        "1_000",
        "1e5",
        "7 // 2",
        "7 % 2",
        "-" * 150 + "1",
        "1+" * 120 + "1",
        "(0 - 1) ** 0.5",
    ],
)
def test_what_is_no_plain_sum_is_refused_in_words(expression):
    with pytest.raises(CalculationError) as refusal:
        calculate(expression, decimals=2)
    assert str(refusal.value)


NUMBERS = st.integers(0, 10**6).map(str)


@given(NUMBERS, st.sampled_from("+-*/"), NUMBERS, st.sampled_from("+-*/"), NUMBERS)
def test_sums_agree_with_exact_fractions(a, op, b, op2, c):
    expression = f"({a} {op} {b}) {op2} {c}"
    try:
        fraction = _fraction(a, op, b, op2, c)
    except ZeroDivisionError:
        with pytest.raises(CalculationError):
            calculate(expression, decimals=2)
        return
    with localcontext() as context:
        context.prec = 80
        wanted = (Decimal(fraction.numerator) / fraction.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert calculate(expression, decimals=2) == wanted


def _fraction(a, op, b, op2, c):
    do = {"+": Fraction.__add__, "-": Fraction.__sub__, "*": Fraction.__mul__, "/": Fraction.__truediv__}
    return do[op2](do[op](Fraction(a), Fraction(b)), Fraction(c))
