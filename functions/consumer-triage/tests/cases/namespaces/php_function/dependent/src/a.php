<?php

use function Acme\Text\shorten;

echo shorten('x');
