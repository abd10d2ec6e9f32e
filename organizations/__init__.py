"""Organizations, who belongs to them, who may see what, and their moderated workflow."""
