<?php

Route::get("/orders", [OrderController::class, "index"]);
