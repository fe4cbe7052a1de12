package main

var a = http.Client{Timeout: 5 * time.Second}
var b = http.Client{Timeout: 2 * time.Minute}
