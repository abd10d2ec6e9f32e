"""The pure core of the search: what is asked, what is answered, and what is indexed.

Nothing here imports Django or an engine, so that an engine can be tested without either.
"""
