package com.a;

public interface Depot {
    int get();
}
