"""How people come in: sign-in, second factor, invitations, roles and each one's own space."""
