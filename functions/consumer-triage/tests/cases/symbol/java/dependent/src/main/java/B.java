package a;

import com.y.Tv;

class B {
}
