<?php

use Acme\Node;

$x = new Node\Old(1);
