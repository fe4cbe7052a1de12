require 'sinatra'

get '/' do
  'hello'
end

post '/orders/:id' do |id|
  HTTParty.get('/not/a/route')
  client.get '/nor/this' do |x|
  end
end

class App < Sinatra::Base
  set :port, ENV['PORT'] || 4567
  put('/items/:id') { params[:id] }
end
