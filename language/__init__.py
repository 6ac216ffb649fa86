"""What the program says, as a template with values, and its wording in each language."""

from .catalogue import LANGUAGES, Catalogue
from .sentence import Sentence, say

__all__ = ["LANGUAGES", "Catalogue", "Sentence", "say"]
