from setuptools import setup

EXTRA = ["computed"]

setup(
    name="thing",
    install_requires=[
        "click>=8.0",  # the line
        'typing-extensions; python_version < "3.11"',
    ],
    tests_require=EXTRA,
    extras_require={
        "redis": ["redis>=4"],
        "all": ["redis>=4", "hiredis"],
    },
)
