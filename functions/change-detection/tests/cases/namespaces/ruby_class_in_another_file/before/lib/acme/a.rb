module Acme
  class Thing
    def old_way
    end
  end
end
