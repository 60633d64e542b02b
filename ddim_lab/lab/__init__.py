"""The Streamlit app: its pages, its live socket, its guide. The mathematics is elsewhere in `ddim_lab`."""
