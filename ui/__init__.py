"""The screen: the live map, panels and one page per question a desk answers."""
