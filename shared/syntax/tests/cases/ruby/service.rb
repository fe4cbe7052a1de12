# frozen_string_literal: true

require 'json'
require_relative '../lib/client'
load "tasks/extra.rake"
autoload :Later, 'later'

module Acme
  VERSION = '1.2.3'

  # A service.
  class OrderService < BaseService
    include Comparable
    extend Helpers
    attr_reader :client, :name
    TIMEOUT = Integer(ENV.fetch('TIMEOUT', '30'))

    def initialize(client, name: 'x', **options, &block)
      @client = client
      @url = ENV['ORDERS_URL']
      @key = ENV.fetch("API_KEY")
      @region = ENV.fetch('REGION') { 'eu' }
      ENV['WRITTEN'] = '1'
    end

    def self.create(*args) = new(*args)

    def find(id)
      response = Faraday.get("https://api.example.com/orders/#{id}/lines", nil, { 'X-Api-Key' => @key })
      client.post '/relative/path', body: JSON.dump(id)
      raise NotFound, "no order" unless response.success?
      %w[a b].each { |x| puts x }
      response
    end

    def valid? = true

    private

    def hidden
      yield
    end

    class << self
      def singleton; end
    end
  end

  Point = Struct.new(:x, :y)
end

def top_level(a, b = 2); end
