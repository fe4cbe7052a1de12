import wire.Depot;
class A implements Depot
class