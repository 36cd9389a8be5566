<?php

declare(strict_types=1);

$path = sys_get_temp_dir() . '/report.csv';
file_put_contents($path, "day,sum\n");
echo "wrote $path\n";
