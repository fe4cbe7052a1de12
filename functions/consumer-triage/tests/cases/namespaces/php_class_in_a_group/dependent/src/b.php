<?php

use Other\Node\Old;

$x = new Old(1);
