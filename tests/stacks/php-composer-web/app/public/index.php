<?php

declare(strict_types=1);

use Greeter\Greeting;

require __DIR__ . '/../vendor/autoload.php';

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
header('Content-Type: text/plain');

match ($path) {
    '/healthz' => print("ok\n"),
    '/' => print((new Greeting(getenv('NAME') ?: 'world'))->text() . "\n"),
    '/drivers' => print(implode(',', PDO::getAvailableDrivers()) . "\n"),
    default => http_response_code(404),
};
