package a
import wire "wire"
var _ wire.Depot = (*
var _ wire.Depot
