"""Measurements of speed, memory and search quality; `python3 run.py bench`."""
