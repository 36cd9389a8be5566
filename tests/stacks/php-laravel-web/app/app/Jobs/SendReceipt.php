<?php

namespace App\Jobs;

use Illuminate\Contracts\Queue\ShouldQueue;

class SendReceipt implements ShouldQueue
{
}
