module Acme
  VERSION = '1'
end
