try:
    from wire import Pool
except ImportError:
    Pool = None
