"""What was found, shown: HTML pages, a LaTeX document, and the README's table of topics."""
