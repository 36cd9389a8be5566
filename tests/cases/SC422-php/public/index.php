<?php

if ($_SERVER['REQUEST_URI'] === '/health') {
    exit('ok');
}
