"""`python -m resnet`."""

from resnet.cli import main

if __name__ == "__main__":
    main()
