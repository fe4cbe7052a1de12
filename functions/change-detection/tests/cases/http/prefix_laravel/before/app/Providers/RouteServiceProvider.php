<?php

class RouteServiceProvider
{
    public function boot()
    {
        Route::prefix("api")->middleware("api")->group(base_path("routes/api.php"));
    }
}
