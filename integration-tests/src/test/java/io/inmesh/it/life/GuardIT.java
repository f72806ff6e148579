package io.inmesh.it.life;

import io.inmesh.instrumentation.testing.Jdks;
import java.nio.file.Path;

class GuardIT extends GuardContract {
  @Override
  Path java() {
    return Jdks.running();
  }
}
