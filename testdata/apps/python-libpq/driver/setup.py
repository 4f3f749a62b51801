# A small driver in place of the real psycopg2, which no test can fetch: an
# extension in C that links libpq.
from setuptools import Extension, setup

setup(
    name="psycopg2",
    version="2.9.99",
    ext_modules=[Extension("psycopg2", ["psycopg2.c"], libraries=["pq"], include_dirs=["/usr/include/postgresql"])],
)
