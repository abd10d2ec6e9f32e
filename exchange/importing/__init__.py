"""Import of pages from tables and folders of Markdown, described by a mapping file."""
