from depot.base import Depot


class Mine(Depot):
    def get(self):
        return 1


class Full(Depot):
    def get(self):
        return 1

    def put(self, value):
        pass
