"""Where things are: file formats, coordinate systems, spatial joins, base map, named faults."""

from .drivers import shut_risky_drivers

# Here, because it must happen before any module of this room, or whoever uses it, loads GDAL.
shut_risky_drivers()
