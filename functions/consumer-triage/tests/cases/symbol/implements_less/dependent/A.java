package b;

import com.a.Depot;

class Mine implements Depot {
    public int get() {
        return 1;
    }
}

abstract class Half implements Depot {
}
