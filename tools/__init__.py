"""What `run.py` is made of. Standard library only, unless a module says otherwise."""
