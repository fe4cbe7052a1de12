const ä = require('wire'
require('wire
import * as from 'wire'
new require("wire")
