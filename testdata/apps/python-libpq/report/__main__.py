import json
import pathlib

import psycopg2

settings = json.loads(pathlib.Path("settings.json").read_text())
print("libpq", psycopg2.major(), "for", settings["table"])
