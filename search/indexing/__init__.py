"""From changes in the database to documents in the index: outbox, worker, rebuild, comparison."""
