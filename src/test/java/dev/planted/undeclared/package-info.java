@ApplicationModule
package dev.planted.undeclared;

import org.springframework.modulith.ApplicationModule;
