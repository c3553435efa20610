"""The lecture's three layers line by line: each step as equation, as Python, and with its shapes.

The lines are what core.network's `propagate` and `backpropagate` do in their loops over l, written out for
l = 1, 2, 3; a test runs them as they stand. An equation names its symbols in braces, {W1}, {a2}, {d3} (δ[3]),
{dW3} (∂J/∂W[3]), so that the browser can link each with its counterparts.
"""

import re
from typing import NamedTuple


class Line(NamedTuple):
    """One line: the step it belongs to, the symbol it makes, and its three forms for one example or for m."""

    step: str
    makes: str
    equation: str
    code: str
    shapes: str


FORWARD = (
    Line("z1", "z1", "{z1} = {W1} {x} + {b1}", "Z1 = W1 @ X + b1", "(3, n)(n, m) + (3, 1) → (3, m)"),
    Line("a1", "a1", "{a1} = {s1}({z1})", "A1 = torch.sigmoid(Z1)", "(3, m)"),
    Line("z2", "z2", "{z2} = {W2} {a1} + {b2}", "Z2 = W2 @ A1 + b2", "(2, 3)(3, m) + (2, 1) → (2, m)"),
    Line("a2", "a2", "{a2} = {s2}({z2})", "A2 = torch.sigmoid(Z2)", "(2, m)"),
    Line("z3", "z3", "{z3} = {W3} {a2} + {b3}", "Z3 = W3 @ A2 + b3", "(1, 2)(2, m) + (1, 1) → (1, m)"),
    Line("a3", "a3", "{a3} = {s3}({z3})", "Y_hat = torch.sigmoid(Z3)", "(1, m)"),
)
LOSS = Line(
    "L",
    "L",
    "{L} = −[{y} log {a3} + (1 − {y}) log(1 − {a3})]",
    "L = F.binary_cross_entropy(Y_hat, Y)",
    "one number",
)
COST = LOSS._replace(
    equation="{L} = −(1/m) Σ [{y} log {a3} + (1 − {y}) log(1 − {a3})]",
    code="J = F.binary_cross_entropy(Y_hat, Y)",
)
BACKWARD = (
    Line("d3", "d3", "{d3} = ({a3} − {y}) / m", "δ3 = (Y_hat - Y) / m", "(1, m)"),
    Line("g3", "dW3", "{dW3} = {d3} {a2}ᵀ", "dW3 = δ3 @ A2.T", "(1, m)(m, 2) → (1, 2)"),
    Line("g3", "db3", "{db3} = Σ columns of {d3}", "db3 = δ3.sum(dim=1, keepdim=True)", "(1, 1)"),
    Line("d2", "d2", "{d2} = {W3}ᵀ{d3} ∘ {a2}(1 − {a2})", "δ2 = W3.T @ δ3 * A2 * (1 - A2)",
         "(2, 1)(1, m) ∘ (2, m)"),
    Line("g2", "dW2", "{dW2} = {d2} {a1}ᵀ", "dW2 = δ2 @ A1.T", "(2, m)(m, 3) → (2, 3)"),
    Line("g2", "db2", "{db2} = Σ columns of {d2}", "db2 = δ2.sum(dim=1, keepdim=True)", "(2, 1)"),
    Line("d1", "d1", "{d1} = {W2}ᵀ{d2} ∘ {a1}(1 − {a1})", "δ1 = W2.T @ δ2 * A1 * (1 - A1)",
         "(3, 2)(2, m) ∘ (3, m)"),
    Line("g1", "dW1", "{dW1} = {d1} {x}ᵀ", "dW1 = δ1 @ X.T", "(3, m)(m, n) → (3, n)"),
    Line("g1", "db1", "{db1} = Σ columns of {d1}", "db1 = δ1.sum(dim=1, keepdim=True)", "(3, 1)"),
)  # fmt: skip
STEPS = ("x", "z1", "a1", "z2", "a2", "z3", "a3", "L", "d3", "g3", "d2", "g2", "d1", "g1")

# What a step of the way back takes from the way forward instead of computing it again.
REUSED = {"d3": ["a3"], "g3": ["a2"], "d2": ["a2"], "g2": ["a1"], "d1": ["a1"], "g1": ["x"]}


def lines(m: int) -> tuple[list[Line], list[Line]]:
    """The lines forward and backward for m examples; for one, x, z and a are small and no sum is needed."""
    cost = LOSS if m == 1 else COST
    return [_for(line, m) for line in (*FORWARD, cost)], [_for(line, m) for line in BACKWARD]


def _for(line: Line, m: int) -> Line:
    shapes = re.sub(r"\bm\b", str(m), line.shapes)
    if m > 1:
        return line._replace(shapes=shapes)
    code = re.sub(r"\b(X|Y_hat|Y|[ZA]\d)\b", lambda name: name[0].lower(), line.code)
    code = code.replace(".sum(dim=1, keepdim=True)", "").replace("(y_hat - y) / m", "y_hat - y")
    equation = line.equation.replace("Σ columns of ", "").replace("({a3} − {y}) / m", "{a3} − {y}")
    return line._replace(equation=equation, code=code, shapes=shapes)
