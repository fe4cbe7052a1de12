package org.acme;

public interface Sink {
    void put(String a);
}
