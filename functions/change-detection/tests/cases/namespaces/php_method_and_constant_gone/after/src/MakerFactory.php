<?php

namespace Acme\Maker;

class MakerFactory {
    public function createNewest(): Maker {
    }
}
