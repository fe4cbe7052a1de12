<?php

if (class_exists('Acme\Node\Old')) {
    $x = new \Acme\Node\Old(1);
}
