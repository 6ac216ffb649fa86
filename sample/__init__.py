"""The made-up district 云溪区 (Yunxi): user files from a seed, to try, teach and measure with."""

from .files import SIZES, SampleFiles, Size, write_sample

__all__ = ["SIZES", "SampleFiles", "Size", "write_sample"]
