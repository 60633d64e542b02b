"""The page "Compare": two to six settings on the same starts and the same noise."""
