<?php

Route::prefix("api")->middleware("api")->group(base_path("routes/api.php"));
Route::prefix("web")->group(function () {
    Route::get("/x", [A::class, "index"]);
});
