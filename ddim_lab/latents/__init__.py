"""What a deterministic sampler allows: encode, interpolate, edit, inpaint, and what a latent looks like (torch)."""
