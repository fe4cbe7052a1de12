import argparse, subprocess

parser = argparse.ArgumentParser("provider-service helper")
parser.add_argument("--out-format")
subprocess.run(["x", "--out-format"])
