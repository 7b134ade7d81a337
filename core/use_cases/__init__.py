"""What one can do here, one kind of use a file; `core.lab.Lab` puts them together."""
