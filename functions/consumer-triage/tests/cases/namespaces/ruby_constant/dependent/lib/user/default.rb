module User
  STACK = Builder.new do |builder|
    # Acme::Request::Throttle was there
    builder.use Acme::Request::Throttle, max: 3
    builder.use Other::Request::Throttle
  end
end
