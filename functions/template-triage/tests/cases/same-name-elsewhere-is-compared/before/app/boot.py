import logging

def setup():
    start_the_server()
    logging.basicConfig()
    return server
