<?php

use Illuminate\Support\Facades\Route;
use App\Http\Controllers\OrderController;

Route::get('/', function () { return view('welcome'); });
Route::post('/orders', [OrderController::class, 'store'])->name('orders.store');
Route::match(['get', 'post'], '/search', [SearchController::class, 'index']);
Route::any('/any', 'AnyController@index');
Route::resource('photos', PhotoController::class);
Route::apiResource('users', UserController::class);
Route::prefix('admin')->middleware('auth')->group(function () {
    Route::get('/stats', [AdminController::class, 'stats']);
    Route::prefix('/deep')->group(function () {
        Route::delete('/cache', CacheController::class);
    });
});
Route::group(['prefix' => 'api', 'middleware' => 'x'], function () {
    Route::put('/items/{id}', [ItemController::class, 'update']);
});
$app->get('/slim/{name}', function ($request, $response) { });
$client->get('/not/a/route');
Http::get('/nor/this');
