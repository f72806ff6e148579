package io.inmesh.it.life;

import io.inmesh.instrumentation.testing.Jdks;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("present")
@Tag("matrix")
class GuardOnJdk25IT extends GuardContract {
  static boolean present() {
    return Jdks.jdk25().isPresent();
  }

  @Override
  Path java() {
    return Jdks.jdk25().orElseThrow();
  }
}
