// downloads what the program needs
