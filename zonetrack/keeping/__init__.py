"""What is kept of pages, by browsers and here, until something that they show changes."""
