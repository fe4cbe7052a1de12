package b;

import com.a.Depot;

class A {
    void f(Depot x, Other y) {
        x.close();
        y.close();
    }
}
