"""What the lab asks and says, as data: questions, guide, formulas, checked sentences. Pages and notebooks read it.

No Streamlit and no JavaScript here, and nothing of `ddim_lab.lab`. Right answers and numbers come from the core.
"""
