"""The demonstration scenario, written through the services that real users use."""
