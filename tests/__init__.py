"""A package in its own right: a dependency installs another by this name, which would come first."""
