<?php

declare(strict_types=1);

namespace Greeter;

final class Greeting
{
    public function __construct(private readonly string $name)
    {
    }

    public function text(): string
    {
        return "hello {$this->name}";
    }
}
