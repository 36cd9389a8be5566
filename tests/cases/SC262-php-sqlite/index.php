<?php

$db = new PDO("sqlite:data/shop.sqlite");
