"""What programs with a token read and do: the same verbs as in the admin, at addresses of their own. Never cached."""
