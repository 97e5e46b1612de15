"""Number and date formats of the faces, one package per language."""
