"""The knowledge itself: practice sheets, case studies and lessons learned."""
