"""The screen's door: streamlit run app.py."""

from ui.frame import show

show()
