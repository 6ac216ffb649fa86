"""Linear programs, with whole variables or without, solved by HiGHS (Huangfu and Hall 2018).

Asked by its own package: the HiGHS inside scipy 1.17 writes to the standard output, whatever it is
told, in the midst of what the command line prints there, and takes no choice to begin with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

Fixed = tuple[FloatArray, FloatArray]
"""The least and the largest value of each variable (v,)."""

Block = tuple[csr_array, FloatArray, FloatArray]
"""Rows over all variables (r, v) with the least and the largest value (r,) of each."""

_SHORTEST_S = 0.01


@dataclass(frozen=True, eq=False)
class Found:
    """What a search came to: the variables (v,), their goal, and what no answer can better.

    ``x`` is ``None`` where there is no answer, or none was met in time; ``price`` (r,) is what each
    row's limit is worth, empty where variables are whole.
    """

    BEST: ClassVar[int] = 0
    TIME: ClassVar[int] = 1
    NONE: ClassVar[int] = 2

    status: int
    x: FloatArray | None
    value: float
    bound: float
    price: FloatArray


def least(
    goal: FloatArray,
    blocks: Sequence[Block],
    fixed: Fixed,
    *,
    s: float,
    whole: BoolArray | None = None,
    start: FloatArray | None = None,
) -> Found:
    """Return the least goal (v,) under the rows, the variables marked whole, within ``s`` seconds.

    ``start`` is a choice to begin with. One thread: the same question has the same answer.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.setOptionValue("time_limit", max(s, _SHORTEST_S))
    solver.passModel(_program(goal, blocks, fixed, whole))
    if start is not None:
        begun = highspy.HighsSolution()
        begun.col_value = start
        solver.setSolution(begun)
    solver.run()
    return _found(solver, is_whole=whole is not None and bool(whole.any()))


_OPTIONS: dict[str, bool | int | float] = {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}

_STATUS = {
    highspy.HighsModelStatus.kOptimal: Found.BEST,
    highspy.HighsModelStatus.kInfeasible: Found.NONE,
}


def _program(
    goal: FloatArray, blocks: Sequence[Block], fixed: Fixed, whole: BoolArray | None
) -> highspy.HighsLp:
    rows = vstack([csr_array((0, len(goal))), *(matrix for matrix, _, _ in blocks)]).tocsr()
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(goal), rows.shape[0]
    program.col_cost_, program.col_lower_, program.col_upper_ = goal, *fixed
    program.row_lower_ = np.concatenate([np.zeros(0), *(low for _, low, _ in blocks)])
    program.row_upper_ = np.concatenate([np.zeros(0), *(high for _, _, high in blocks)])
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = rows.indptr
    program.a_matrix_.index_ = rows.indices
    program.a_matrix_.value_ = rows.data
    if whole is not None:
        kinds = highspy.HighsVarType
        program.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
    return program


def _found(solver: highspy.Highs, *, is_whole: bool) -> Found:
    status = _STATUS.get(solver.getModelStatus(), Found.TIME)
    info, answer = solver.getInfo(), solver.getSolution()
    bound = info.mip_dual_bound if is_whole else info.objective_function_value
    if info.primal_solution_status != highspy.kSolutionStatusFeasible:
        return Found(status, None, np.inf, bound, np.zeros(0))
    price = np.zeros(0) if is_whole else np.array(answer.row_dual, np.float64)
    x = np.array(answer.col_value, np.float64)
    return Found(status, x, info.objective_function_value, bound, price)
