"""The command ``apirun``: a thin layer over the public names of the library."""
