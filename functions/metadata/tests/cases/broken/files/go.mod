module x
require nothing
