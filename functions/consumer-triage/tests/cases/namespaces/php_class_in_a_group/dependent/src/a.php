<?php

use Acme\Node\{New_, Old};

$x = new Old(1);
