"""`python -m slotkeeper` is the command line."""

from slotkeeper.cli import main

if __name__ == "__main__":
    main()
