"""The Passerelle project: settings, addresses and the composition of the API."""
