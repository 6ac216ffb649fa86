"""Names of the array types of this room."""

from typing import Any

import numpy as np
import numpy.typing as npt

AnyArray = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float64]
LongArray = npt.NDArray[np.int64]
IntArray = npt.NDArray[np.int32]
CodeArray = npt.NDArray[np.uint8]
SignArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]
LineArray = npt.NDArray[np.object_]
"""Lines or points of shapely."""
