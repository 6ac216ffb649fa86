"""Exercise control's door: streamlit run control.py in a folder of its own (make control)."""

from ui.control.frame import show

show()
