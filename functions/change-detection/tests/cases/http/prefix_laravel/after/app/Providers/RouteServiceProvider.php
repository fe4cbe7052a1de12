<?php

class RouteServiceProvider
{
    public function boot()
    {
        Route::prefix("api/v2")->middleware("api")->group(base_path("routes/api.php"));
    }
}
