module Acme
  class Request
    class Throttle < Acme::Layer
      LIMIT = 5

      def call(env)
      end
    end
  end
end
