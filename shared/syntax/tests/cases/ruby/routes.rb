Rails.application.routes.draw do
  root 'home#index'
  root to: 'home#show'
  get '/health', to: 'health#show'
  get 'about' => 'pages#about'
  post '/login', to: 'sessions#create', as: :login
  match '/search', to: 'search#index', via: [:get, :post]

  resources :orders, only: [:index, :show] do
    member do
      post :cancel
    end
    resources :lines
    get :recent, on: :collection
  end
  resource :profile, only: %i[show update]

  namespace :api do
    namespace :v1 do
      get 'status', to: 'status#show'
      resources :users, except: [:destroy, :new, :edit]
    end
  end

  scope '/admin', module: 'admin' do
    delete 'cache', to: 'cache#destroy'
  end
end
