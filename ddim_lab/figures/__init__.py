"""Every figure of the lab, for both faces: Plotly for the app (`curves`), Matplotlib for the lessons (the others).

`palette` holds the colours as data and imports nothing; each other module is imported by whoever draws with it.
"""
