"""What a class gets on paper, or as pages that need no network: the lessons, a sheet of the formulas, the answers.

`writing` makes a folder of them, for `ddim-lab lessons`. Pages come from what is stored or said elsewhere: the lessons'
outputs, the formulas and symbols, the questions of the app.
"""
