<?php
header('Content-type: application/json');
if (isset($_GET['summary'])) {
    echo json_encode(summary($_GET['summary']));
}
