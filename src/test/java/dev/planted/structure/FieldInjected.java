package dev.planted.structure;

import org.springframework.beans.factory.annotation.Autowired;

class FieldInjected {

    @Autowired
    Runnable dependency;
}
