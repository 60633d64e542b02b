"""The network and what is around it: denoiser, training, the classifier that judges digits, MNIST, weights (torch)."""
