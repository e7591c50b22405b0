"""Sums that a finding rests on: arithmetic over stated premises, worked out exactly and without running anything.

A calculation verifies the sum, never what it is made of.
"""

import ast
import re
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, localcontext

MAX_LENGTH, MAX_PARTS, MAX_EXPONENT, MAX_DIGITS = 200, 100, 100, 50
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
ALLOWED = re.compile(r"[0-9.+\-*/() ]*", re.ASCII)
PRECISION = Context(prec=60, Emax=200, Emin=-200)


class CalculationError(ValueError):
    """The calculation cannot be worked out; the message says why."""


def calculate(expression: str, *, decimals: int) -> Decimal:
    """The value of an expression of numbers, + - * / ** and brackets, rounded half up to so many decimals."""
    if not expression.strip():
        raise CalculationError("Enter a calculation, like (3.25 / 1.7) - 1")
    if len(expression) > MAX_LENGTH:
        raise CalculationError(f"The calculation has {len(expression)} characters. Enter up to {MAX_LENGTH}")
    if not ALLOWED.fullmatch(expression):
        raise CalculationError("Use only digits, a decimal point, + - * / ** and brackets")
    if not 0 <= decimals <= 20:
        raise CalculationError("Round to between 0 and 20 decimals")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise CalculationError("The calculation is not complete. Check its brackets and signs") from None
    if sum(isinstance(node, ast.expr) for node in ast.walk(tree)) > MAX_PARTS:
        raise CalculationError(f"The calculation has more than {MAX_PARTS} parts")
    try:
        with localcontext(PRECISION):
            value = _value(tree.body, expression.strip())
            return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0  # no -0
    except (DecimalException, RecursionError):
        raise CalculationError("The calculation divides by zero, or its result is too large or not a number") from None


def _value(node: ast.expr, text: str) -> Decimal:
    match node:
        case ast.Constant():
            digits = ast.get_source_segment(text, node) or ""
            if not NUMBER.fullmatch(digits) or len(digits) > MAX_DIGITS:
                raise CalculationError(f"{digits} is not a number like 3 or 3.25")
            return Decimal(digits)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, text)
        case ast.BinOp(left=left, op=op, right=right):
            return _applied(op, _value(left, text), _value(right, text))
    raise CalculationError("Use only digits, a decimal point, + - * / ** and brackets")


def _applied(op: ast.operator, left: Decimal, right: Decimal) -> Decimal:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow():
            if abs(right) > MAX_EXPONENT:
                raise CalculationError(f"Use an exponent of up to {MAX_EXPONENT}")
            return left**right
    raise CalculationError("Use only digits, a decimal point, + - * / ** and brackets")
