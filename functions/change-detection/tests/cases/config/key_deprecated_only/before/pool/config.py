from lib import ConfigError


class PoolConfig:
    def read(self, config):
        self.size = config.get("pool_size", 4)
        host = config.get("pool_broker_host")
        port = config.get("pool_broker_port")
        if host is not None and port is not None:
            self.brokers.setdefault("main", {"host": host, "port": port})
        if "pool_name" not in config:
            raise ConfigError("pool_name is missing")
        if config.get("pool_mode") == "legacy":
            raise ConfigError("no such mode")
