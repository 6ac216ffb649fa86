"""The questions a desk answers, and the one map that every desk works on."""

from .onemap import OneMap, load_onemap
from .records import Records

__all__ = ["OneMap", "Records", "load_onemap"]
