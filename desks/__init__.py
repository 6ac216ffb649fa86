"""The questions a desk answers, and the one map that every desk works on."""

from .onemap import OneMap, Records, load_onemap

__all__ = ["OneMap", "Records", "load_onemap"]
