"""The papers: a desk's answer in, a file out."""
