"""What the pages cost, in ratios: the same zone beside little and beside much other data."""
