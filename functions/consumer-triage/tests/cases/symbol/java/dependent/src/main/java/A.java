package a;

import com.x.Tv;

class A {
    int f() {
        return Tv.ONE;
    }
}
