"""Sample data: real zones with their published history, and generated example zones."""
