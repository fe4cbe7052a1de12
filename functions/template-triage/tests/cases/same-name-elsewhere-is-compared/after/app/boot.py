import logging

def setup():
    start_the_server()
    logging.basicConfig(level="INFO")
    return server
