package org.acme;

public interface Sink {
    void put(String a);
    void flush();
    default int size() {
        return 0;
    }
}
