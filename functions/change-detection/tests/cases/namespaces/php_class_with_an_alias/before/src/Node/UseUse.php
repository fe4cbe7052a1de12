<?php

namespace Acme\Node;

class UseUse {
}
