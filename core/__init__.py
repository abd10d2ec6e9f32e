"""What every room may use: the base page, the home page, people, blocks and site settings."""
