"""The public pages, a module each for what it shows; how it is asked for stands on the querysets."""
