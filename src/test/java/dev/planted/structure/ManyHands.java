package dev.planted.structure;

import org.springframework.stereotype.Component;

@Component
class ManyHands {

    ManyHands(
            Runnable one,
            Runnable two,
            Runnable three,
            Runnable four,
            Runnable five,
            Runnable six,
            Runnable seven,
            Runnable eight) {}
}
