package dev.planted.time;

class Chatterbox {

    void out() {
        System.out.println("here I am");
    }

    void err() {
        System.err.println("here I am");
    }

    void stackTrace() {
        new IllegalStateException("here I am").printStackTrace();
    }
}
