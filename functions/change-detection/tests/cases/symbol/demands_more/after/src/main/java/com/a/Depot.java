package com.a;

public interface Depot {
    int get();
    void put(int value);
    default int size() {
        return 1;
    }
}
