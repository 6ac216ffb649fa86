"""Early warning: rules over readings and dates, and the signals that they raise."""

from .due import overdue
from .readings import Reading
from .rules import RULES, Colour, DueRule, Rule, RulePack, load_rules
from .signals import Signal, State, judge
from .station import Station, Taken, open_station
from .wind import MastWind, mast_wind

__all__ = [
    "RULES",
    "Colour",
    "DueRule",
    "MastWind",
    "Reading",
    "Rule",
    "RulePack",
    "Signal",
    "State",
    "Station",
    "Taken",
    "judge",
    "load_rules",
    "mast_wind",
    "open_station",
    "overdue",
]
