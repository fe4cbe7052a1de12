import sweep = require("sweeper");
