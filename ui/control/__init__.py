"""The screen of exercise control: its own door, its own process; the players never import it."""
