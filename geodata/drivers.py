"""Which drivers of GDAL never load: those that read further files or call hosts."""

import os

RISKY_DRIVERS = (
    "OGR_VRT", "VRT", "GDALG", "HTTP", "WFS", "OAPIF", "OGCAPI", "CSW", "EEDA", "AmigoCloud",
    "Carto", "Elasticsearch", "NGW", "PLSCENES", "GPSBabel", "ADBC", "AIVector",
)  # fmt: skip


def shut_risky_drivers() -> None:
    """Name the risky drivers in ``GDAL_SKIP``, which GDAL reads once, when pyogrio is imported."""
    already = os.environ.get("GDAL_SKIP", "").split(",")
    os.environ["GDAL_SKIP"] = ",".join(dict.fromkeys(filter(None, (*already, *RISKY_DRIVERS))))
