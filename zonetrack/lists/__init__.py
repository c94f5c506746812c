"""Lists and record pages of all registers: declared beside the models, shown by one view each."""
