require "dotenv"

Dotenv.load!
