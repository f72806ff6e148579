package io.inmesh.it.server;

import io.inmesh.instrumentation.testing.Jdks;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("present")
@Tag("matrix")
class JdkServerOnJdk25IT extends JdkServerContract {
  static boolean present() {
    return Jdks.jdk25().isPresent();
  }

  @Override
  protected Path java() {
    return Jdks.jdk25().orElseThrow();
  }
}
