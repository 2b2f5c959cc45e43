package dev.planted.time;

import java.util.concurrent.TimeUnit;

class Sleeper {

    void thread() throws InterruptedException {
        Thread.sleep(1);
    }

    void unit() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }
}
