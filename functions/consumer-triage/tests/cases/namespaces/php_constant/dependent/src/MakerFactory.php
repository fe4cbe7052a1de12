<?php

namespace User;

use Acme\Maker\Maker;
use Acme\Maker\MakerFactory as OriginalFactory;

class MakerFactory
{
    public function make(): Maker
    {
        $factory = new OriginalFactory();
        $own = new MakerFactory();
        $own->create(1);

        return $factory->create(OriginalFactory::ONLY_NEW);
    }
}
