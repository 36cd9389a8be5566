<?php

use Illuminate\Support\Facades\Schedule;

Schedule::command('orders:export')->daily();
