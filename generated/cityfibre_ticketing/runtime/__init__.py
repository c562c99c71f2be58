"""What every generated package carries along: copied verbatim, imported relatively, free of the generator."""
