"""What autograd keeps of functions element by element, by name, and of attention in elements.

Data for saved_for_backward.py. A function that is named nowhere keeps its inputs.
"""

from __future__ import annotations

from cnnviz.analysis.factors import keys, operands
from cnnviz.analysis.flops import scores
from cnnviz.graph import Node, numel


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# their derivative needs no value, or they have none
NOTHING = names(
    """neg negative positive cumsum floor ceil round trunc fix sign frac deg2rad rad2deg real imag
    eq ne lt le gt ge equal not_equal less less_equal greater greater_equal isnan isinf isfinite
    logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor bitwise_not
    and or xor invert heaviside fill zero bernoulli uniform normal"""
)
# nothing where the last operand is a number: how many tensors there are then
NOTHING_WITH_A_NUMBER = {"remainder": 1, "mod": 1, "fmod": 1, "lerp": 2}
OUTPUT = names("exp expm1 exp2 sqrt rsqrt reciprocal tan")
INPUTS_AND_OUTPUT = names("hypot rpow sgn")
INPUTS_AND_ANOTHER = names("softsign logsigmoid log_sigmoid rrelu")  # of the input's size
# where the mask stands among the operands; nothing else is kept
MASK = {"where": 0, "masked_fill": 1}

# one number for each channel of each image decides
WHOLE_CHANNELS = names("dropout1d dropout2d dropout3d feature_dropout feature_alpha_dropout")


def attention(n: Node) -> int:
    """Elements kept where attention is not fused, values besides: with dropout, or without heads.

    Queries and keys, scaled; the softmax; the dropout's mask, and what it leaves of the softmax.
    """
    q, k, _ = operands(n)[:3]
    return numel(q) + numel(k) + (3 if n.attrs.get("dropout_p", 0.0) > 0 else 1) * scores(n)


def multi_head(n: Node) -> int:
    """Elements that multi-head attention keeps, besides its inputs."""
    q, k, v = operands(n)[:3]
    e, items = int(n.attrs["embed_dim"]), (q[1] if len(q) == 3 else 1)
    queries, projected = q[0] * items * e, (q[0] + k[0] + v[0]) * items * e
    added = keys(n) - k[0]  # then keys and values are copied
    copies = 2 * keys(n) * items * e
    drops = float(n.attrs.get("dropout_p", 0.0)) > 0
    # projected at once, in one tensor: where all three are the same, or keys and values are
    alike = len(n.inputs) > 2 and n.inputs[1] == n.inputs[2] and len(q) == 3
    packed = alike and n.inputs[0] == n.inputs[1]
    values = 2 if alike and k[-1] == e and not added else 1
    made = queries  # before the last projection
    if not n.attrs.get("need_weights", True) and not drops:  # fused
        kept = copies + (projected if packed else queries) if added else projected
        return (
            made + kept + queries // e * int(n.attrs["num_heads"])
        )  # each softmax's log of its sum
    made += (3 if drops else 1) * scores(n)  # softmax; mask, and their product
    if n.attrs.get("need_weights", True):
        return made + (copies + queries if added else projected + (queries if packed else 0))
    scaled = queries + keys(n) * items * e
    return made + scaled + (projected if packed and not added else values * keys(n) * items * e)
