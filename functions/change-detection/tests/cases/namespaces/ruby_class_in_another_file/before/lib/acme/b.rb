module Acme
end
