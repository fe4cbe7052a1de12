package com.x;

final class Other {
}
