<?php

use Acme\Client;

$c = new Client();
$c->fetch(1);
$c->fetch(1, 2);
