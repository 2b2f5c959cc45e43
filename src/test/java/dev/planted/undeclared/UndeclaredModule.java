package dev.planted.undeclared;

class UndeclaredModule {}
