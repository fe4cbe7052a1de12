<?php

namespace Acme\Maker;

class MakerFactory {
    public const ONLY_NEW = 3;

    public function create(int $kind): Maker {
    }

    public function createNewest(): Maker {
    }
}
