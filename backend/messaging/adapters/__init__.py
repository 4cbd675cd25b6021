"""How messaging reaches what is not the portal: the program that reads a PDF of somebody else."""
