<?php

declare(strict_types=1);

$name = getenv('NAME') ?: 'world';
?>
<!doctype html>
<title>hello</title>
<p>hello <?= htmlspecialchars($name) ?></p>
