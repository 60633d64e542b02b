"""The first page, "Lab": digits as they are drawn."""
