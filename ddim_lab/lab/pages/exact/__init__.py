"""The page of the exact worlds: what the sampler does when the denoiser is known in closed form."""
