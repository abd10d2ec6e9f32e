"""The short form by which people propose a page from the public site."""
