from lib import ConfigError


class PoolConfig:
    def read(self, config):
        self.size = config.get("pool_size", 4)
        host = config.get("pool_broker_host")
        port = config.get("pool_broker_port")
        if host:
            raise ConfigError(GONE % ("pool_broker_host", host))
        if port is not None:
            # Nobody needs it any more.
            raise ConfigError(GONE % ("pool_broker_port", port))
        if "pool_never_read" in config:
            raise ConfigError("no such key")
        if "pool_name" not in config:
            raise ConfigError("pool_name is missing")
        if config.get("pool_mode") == "legacy":
            raise ConfigError("no such mode")
