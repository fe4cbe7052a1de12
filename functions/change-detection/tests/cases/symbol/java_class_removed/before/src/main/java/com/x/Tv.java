package com.x;

public final class Tv {
    public static final int ONE = 1;
}
