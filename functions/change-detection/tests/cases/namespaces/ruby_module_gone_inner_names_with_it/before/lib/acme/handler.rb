module Acme
  module Handler
    def self.get(name)
    end
  end
end
