"""The search library and its page: it reads a registry and names no page type."""
