"""An nbgrader course with one assignment, `ddim`. Run nbgrader in a copy of this folder: see ../README.md."""

c = get_config()  # noqa: F821  # nbgrader hands it in

c.CourseDirectory.course_id = "ddim"
c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE"
}  # the `...` above it runs: an untouched sheet raises nothing
c.Execute.timeout = 60  # seconds a cell; a check gives up on a learner's function after ten
