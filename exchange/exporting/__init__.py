"""Knowledge in the formats of others: tables, references, linked data, a dossier to print."""
