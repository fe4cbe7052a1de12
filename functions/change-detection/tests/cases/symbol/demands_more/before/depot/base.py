from abc import ABC, abstractmethod


class Depot(ABC):
    @abstractmethod
    def get(self):
        ...
