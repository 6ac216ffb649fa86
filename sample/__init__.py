"""The made-up district 云溪区 (Yunxi): user files from a seed, for trying, teaching and measuring."""

from .files import SIZES, SampleFiles, Size, write_sample

__all__ = ["SIZES", "SampleFiles", "Size", "write_sample"]
