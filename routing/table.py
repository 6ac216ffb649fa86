"""What is primary about a road network: its nodes and pieces; everything else is worked out."""

from dataclasses import dataclass

from .arrays import CodeArray, FloatArray, IntArray, SignArray


@dataclass(frozen=True, eq=False)
class RoadTable:
    """The road pieces of a network, one entry each: what is stored; all else follows from it.

    A piece runs from node ``start`` to node ``end`` along its geometry: the points
    ``xy_m[first_point[i]:first_point[i + 1]]``, metres. ``oneway`` is 0 both ways, 1 along, -1
    against the geometry. ``road_class`` counts in ``geodata.road_classes``, ``name`` in ``names``,
    whose first entry is "". NaN in a limit or a speed means: not on file.
    """

    start: IntArray
    end: IntArray
    oneway: SignArray
    length_m: FloatArray
    road_class: CodeArray
    speed_kmh: FloatArray
    width_m: FloatArray
    height_m: FloatArray
    weight_t: FloatArray
    name: IntArray
    xy_m: FloatArray
    first_point: IntArray


@dataclass(frozen=True, eq=False)
class Primary:
    """Nodes (n, 2) in metres of ``crs``, the road pieces between them, and their names."""

    crs: str
    names: tuple[str, ...]
    node_xy_m: FloatArray
    roads: RoadTable
