"""Where things are: file formats, coordinate systems, spatial joins, base map, named faults."""
