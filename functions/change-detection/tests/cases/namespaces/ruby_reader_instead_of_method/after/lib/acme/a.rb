module Acme
  class Thing
    attr_reader :size
  end
end
