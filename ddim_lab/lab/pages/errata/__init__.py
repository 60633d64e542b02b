"""The errata clinic and its mystery sampler."""
