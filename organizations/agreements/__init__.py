"""Agreements between organizations: what they cover, how they are made, and what they change."""
