"""Sixty slips such as a reader could make, by hand: of each file, what is wrong, the right text, and the wrong one.

A right text stands exactly once in its file (`tests/test_slips.py`). `bench_slips` makes each slip and runs TESTS.
"""

SAMPLER = "test_sampler.py test_sampler_exact.py test_sampler_errors.py test_sampler_diffusers.py test_solvers.py"
TESTS = {  # the tests that are about a file, in tests/
    "schedule.py": "test_schedule.py model/test_denoiser.py",
    "spacing.py": "test_spacing.py",
    "transition.py": "test_transition.py",
    "noise.py": "test_noise.py",
    "run.py": "test_run.py",
    "walk.py": SAMPLER,
    "sampler.py": SAMPLER,
    "solvers.py": "test_solvers.py test_run.py",
    "latents/editing.py": "latents/test_editing.py",
    "latents/encoding.py": "latents/test_encoding.py",
    "latents/fixed_point.py": "latents/test_encoding.py",
    "latents/interpolation.py": "latents/test_interpolation.py",
    "exact/distances.py": "exact/test_distances.py",
    "exact/recursion.py": "exact/test_moments.py exact/test_moments_of_solvers.py",
    "exact/solvers.py": "exact/test_solvers.py",
    "exact/worlds.py": "exact/test_worlds.py",
    "lab/live/messages.py": "lab/test_messages.py",
    "lab/fields.py": "lab/test_messages.py lab/test_settings.py",
    "lab/settings.py": "lab/test_settings.py lab/test_messages.py",
    "lab/live/socket.py": "lab/test_socket.py lab/test_socket_errors.py lab/test_bounds.py",
    "lab/live/outgoing.py": "lab/test_socket.py",
    "lab/live/passes.py": "lab/test_passes.py lab/test_socket.py",
    "lab/pages/digits/kept.py": "lab/test_socket_kept.py lab/test_socket_cards.py",
    "lab/pages/digits/view.py": "lab/test_film.py lab/test_socket.py",
    "lab/pages/exact/crowd.py": "lab/test_exact_view.py",
}

SLIPS: dict[str, dict[str, tuple[str, str]]] = {
    "schedule.py": {
        "alpha for alpha_bar": ("np.cumprod(1.0 - values)", "1.0 - values"),
        "betas spaced, not their roots": ("np.linspace(start**0.5, end**0.5, T) ** 2", "np.linspace(start, end, T)"),
        "zero SNR moves the clear end": ("(root[0] - end) / (root[0]", "root[0] / (root[0]"),
        "a level may stay where it was": ("(np.diff(values) < 0)", "(np.diff(values) <= 0)"),
        "rounding forgiven at one end only": ("level <= highest + FORGIVEN", "level <= highest"),
    },
    "spacing.py": {
        "trailing rounds down": ("(2 * i * T + S) // (2 * S)", "i * T // S"),
        "linspace's half is off by one": ("(T - 1) + S - 1) //", "(T - 1) + S) //"),
        "0 may be a step": ("(tau < 1) | (tau > T)", "(tau < 0) | (tau > T)"),
        "a step may stand twice": ("np.diff(tau.astype(np.int64)) <= 0", "np.diff(tau.astype(np.int64)) < 0"),
        "t and t_prev swapped": ("zip(visited[:0:-1], visited[-2::-1]", "zip(visited[-2::-1], visited[:0:-1]"),
    },
    "transition.py": {
        "alpha_bar for alpha": ("removed = (b - a) / b", "removed = 1 - a"),
        "eta is not squared": ("minimum((eta * ddpm_sigma) ** 2,", "minimum(eta * ddpm_sigma**2,"),
        "m knows nothing of sigma": ("sqrt((1 - b - sigma_squared) / (1 - a))", "sqrt((1 - b) / (1 - a))"),
        "sigma-hat at the last step": ("sqrt(removed) * (b < 1) if sigma_hat", "sqrt(removed) if sigma_hat"),
        "a bound that rounding puts below 1": ("np.maximum(np.sqrt((1 - a) * b / (b - a)), 1.0)",
                                               "np.sqrt((1 - a) * b / (b - a))"),
        "floats are not held to the bound": ("<= 1 and 0 <= eta <= 1", "<= 1 and 0 <= eta"),
        "sigma-hat at any eta below 1": ("sigma_hat and (eta != 1)", "sigma_hat and (eta > 1)"),
    },
    "noise.py": {
        "the seed is ignored": ("SeedSequence(seed, spawn_key", "SeedSequence(0, spawn_key"),
        "one stream for every purpose": ("spawn_key=(stream, j, block)", "spawn_key=(j, block)"),
        "an image's place in its block": ("[low - start :]", "[: high - low]"),
    },
    "run.py": {
        "runs of two solvers are equal": (
            "self.schedule, self.tau.tobytes(), self.eta, self.sigma_hat, self.clip, self.solver",
            "self.schedule, self.tau.tobytes(), self.eta, self.sigma_hat, self.clip",
        ),
        "a fresh share of deviations": ("np.divide(self.sigma**2, whole**2,", "np.divide(self.sigma, whole,"),
    },
    "walk.py": {
        "the step before is t - 1": ("alpha_bar[t], alpha_bar[t_prev])", "alpha_bar[t], alpha_bar[t - 1])"),
        "j counts from 0": ("spacing.transitions(tau), start=1)", "spacing.transitions(tau), start=0)"),
    },
    "sampler.py": {
        "all noise put back, and fresh noise": ("b**0.5, c.m * root_1_a, c.sigma)", "b**0.5, (1 - b) ** 0.5, c.sigma)"),
        "clipped once more, after the solver": (
            "x0 = better[1](x0, eps)",
            'x0 = better[1](x0, eps) if clip == "none" else better[1](x0, eps).clamp(-1, 1)',
        ),
        "the second belief is not clipped": ('(there if run.clip == "none" else there.clamp(-1, 1))', "there"),
        "the extrapolated belief is remembered": (
            "held = before.x0 if before.x0_model is None else before.x0_model",
            "held = before.x0",
        ),
        "z by the time, not the transition": ("seed, stream, at.j, first)", "seed, stream, at.t, first)"),
        "z may be missing for a batch of levels": (
            "elif (c.sigma > 0) if isinstance(c.sigma, float) else np.any(c.sigma):",
            "elif isinstance(c.sigma, float) and c.sigma > 0:",
        ),
        "a denoiser's memory is not copied": ("eps.to(x_t.dtype, copy=True)", "eps.to(x_t.dtype)"),
    },
    "solvers.py": {
        "averages beside fresh noise": ("(eta or sigma_hat):", "sigma_hat:"),
    },
    "latents/editing.py": {
        "noised to the level below": ("0), below.transitions[0].a", "0), below.transitions[0].b"),
        "one round undone by alpha_bar": ("kept = at.a / at.b", "kept = at.a"),
        "every transition has the same draws": (
            "range(1 + (at.j - 1) * resamples, 1 + at.j * resamples)",
            "range(1, 1 + resamples)",
        ),
    },
    "latents/encoding.py": {
        "asked at the level below": ("x.to(dtype), at.a)", "x.to(dtype), at.b)"),
        "decoding errs by more than tol": ("self.tol * (at.a / at.b) ** 0.5", "self.tol"),
    },
    "latents/fixed_point.py": {
        "one image of a batch is enough": ("(best_norm < tol).all()", "(best_norm < tol).any()"),
    },
    "latents/interpolation.py": {
        "rows and columns swapped": ("between(top, bottom, float(weight))", "between(bottom, top, float(weight))"),
    },
    "exact/distances.py": {
        "W2 without its rotation": ("root_q @ left @ right", "root_q"),
    },
    "exact/recursion.py": {
        "a belief before, with the wrong sign": ("+ m), -k * w * eye]", "+ m), k * w * eye]"),
    },
    "exact/solvers.py": {
        "Runge and Kutta's third slope": ("slope(x + h / 2 * k2, middle)", "slope(x + h / 2 * k1, middle)"),
    },
    "exact/worlds.py": {
        "variances are deviations": ("(self._variances[chosen, :, 0] ** 0.5)", "self._variances[chosen, :, 0]"),
    },
    "lab/live/messages.py": {
        "a message of the greatest length": ("len(text) > TEXT_MAX", "len(text) >= TEXT_MAX"),
        "NaN is a number": ("json.loads(text, parse_constant=_no_constant)", "json.loads(text)"),
        "a field too many beside stop": ("is True and len(message) == 1", "is True"),
        "a field too many beside view": ('set(message) != {"view"', 'not set(message) >= {"view"'),
        "an id without an end": ('checks.integer("id", id, 0, ID_MAX)', 'checks.integer("id", id, 0)'),
    },
    "lab/fields.py": {
        "a view's value too many": ("if set(values) != set(names):", "if not set(names) <= set(values):"),
        "only the upper end is checked": ("if not low <= number <= high:", "if not number <= high:"),
    },
    "lab/settings.py": {
        "two calls count as one": ("self.images * self.calls > WORK_MAX", "self.images * self.S > WORK_MAX"),
        "a batch's labels begin at 0": ("[(first + row) % 10 if", "[row % 10 if"),
        "a bound is told rounded up": ('f"{math.floor(eta * 1e4) / 1e4:.4f}"', 'f"{eta:.4f}"'),
    },
    "lab/live/socket.py": {
        "older requests are answered, too": (
            "[*(self._letters if isinstance(message, Stop) else []), message]",
            "[*self._letters, message]",
        ),
    },
    "lab/live/outgoing.py": {
        "what was cancelled counts as whole": ("seconds, not self._work.ended, self", "seconds, False, self"),
    },
    "lab/live/passes.py": {
        "a draft goes before a film": ("3 if mine.draft else 2", "2 if mine.draft else 3"),
    },
    "lab/pages/digits/kept.py": {
        "a card of another guidance": (
            "return settings.run, settings.seed, settings.digit, settings.guidance",
            "return settings.run, settings.seed, settings.digit",
        ),
    },
    "lab/pages/digits/view.py": {
        "a draft's frames count as a film's": ('"x0": made.x0}, draft=self.draft)', '"x0": made.x0}, draft=False)'),
        "a draft counts as exact": ('"draft": self.draft, "j": self.j, "p', '"draft": False, "j": self.j, "p'),
    },
    "lab/pages/exact/crowd.py": {
        "fewer particles count as all": ('"draft": few < n', '"draft": False'),
    },
}  # fmt: skip
