from setuptools import setup

setup(name="prices", version="2.0", packages=["prices"], entry_points={"console_scripts": ["prices-serve=prices:serve"]})
