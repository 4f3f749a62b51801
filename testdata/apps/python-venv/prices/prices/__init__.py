"""Prices, and a server that runs a shop."""
import runpy
import sys


def euro(cents):
    return f"{cents // 100}.{cents % 100:02d} EUR"


def serve():
    sys.path.insert(0, "")
    runpy.run_path(sys.argv[1], run_name="__main__")
