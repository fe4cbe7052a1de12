module Acme
  class Thing
    def size
      @size
    end
  end
end
