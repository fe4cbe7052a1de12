<?php

namespace Acme\Node;

require __DIR__ . '/UseItem.php';
