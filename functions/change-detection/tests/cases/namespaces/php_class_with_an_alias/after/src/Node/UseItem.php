<?php

namespace Acme\Node;

class UseItem {
    public $x;
}

class_alias(UseItem::class, UseUse::class);
