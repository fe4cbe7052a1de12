from abc import ABC, abstractmethod


class Depot(ABC):
    @abstractmethod
    def get(self):
        ...

    @abstractmethod
    def put(self, value):
        ...

    def size(self):
        return 1
